"""A mail server of the test's own, on this machine: takes letters, or fails in a chosen way."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

# refuse: no to the recipient. busy: closes at the greeting. cut: takes the letter and hangs up
# without an answer. hang: says nothing at all.
Mood = Literal["kind", "refuse", "busy", "cut", "hang"]


class SmtpServer(socketserver.ThreadingTCPServer):
    """`letters` holds (recipient, letter) in the order they came; `mood` may change any time."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mood: Mood = "kind") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mood: Mood = mood
        self.letters: list[tuple[str, EmailMessage]] = []
        self.calls = 0
        self.may_go_on = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]


class _Talk(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        """One conversation, as far as the server's mood allows."""
        self.server.calls += 1
        if self.server.mood == "hang":
            self.server.may_go_on.wait(30)
            return
        if self.server.mood == "busy":
            self._say("421 upptagen")
            return
        self._say("220 prov")
        recipient = ""
        while line := self.rfile.readline():
            verb = line[:4].decode().upper()
            if verb == "DATA":
                if not self._take(recipient):
                    return
            elif verb == "RCPT" and self.server.mood == "refuse":
                self._say(f"550 {line.decode().strip()} finns inte")
            elif verb == "QUIT":
                self._say("221 hej")
                return
            else:
                recipient = (
                    line.decode().split("<")[-1].split(">")[0] if verb == "RCPT" else recipient
                )
                self._say("250 ok")

    def _take(self, recipient: str) -> bool:
        self._say("354 skriv")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self.server.mood == "cut":
            return False
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.letters.append((recipient, letter))  # type: ignore[arg-type]
        self._say("250 taget")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def running_smtp(mood: Mood = "kind") -> Iterator[SmtpServer]:
    """A server that listens while the block runs."""
    server = SmtpServer(mood)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.may_go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
