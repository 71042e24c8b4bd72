"""Speed as ratios in one run. Milliseconds differ from machine to machine; ratios hold.

`make bench` fills two databases (10 000 and 1 000 000 participants in 80 programmes over 20 years)
on the database's side, starts the real web server against them as the application role, and asks
for the same pages in shuffled order. The empty signed-in page is the yardstick; the same page
measured twice (A/A) tells whether the run can be trusted.
"""
