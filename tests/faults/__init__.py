"""Something breaks on purpose: a process is killed, a queue is gone, a finger presses ten times.

Kills go only to processes these tests started. Each test first shows that its fault bites.
"""
