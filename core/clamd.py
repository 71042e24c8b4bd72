"""Asks clamd, ClamAV's own server, whether a file is infected. Its protocol: clamd(8), INSTREAM."""

import socket
import struct
import time
from contextlib import closing
from urllib.parse import urlsplit

PORT = 3310
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
FOUND = " FOUND"


class ScannerAway(Exception):
    """clamd did not answer in time, or not with a verdict. Nothing is known about the file."""


def infection_in(content: bytes, *, address: str, seconds: float) -> str:
    """The name of what clamd found in `content`; "" when it found nothing.

    `address` is `tcp://host:port` or `unix:///path`. Everything together takes at most `seconds`.
    Raises `ScannerAway`.
    """
    deadline = time.monotonic() + seconds
    try:
        with closing(_connect(address, deadline)) as line:
            _send(line, content, deadline)
            answer = _receive(line, deadline)
    except (OSError, ValueError) as error:
        raise ScannerAway(str(error)) from error
    return _verdict(answer)


def _connect(address: str, deadline: float) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp" and parts.hostname:
        where = (parts.hostname, parts.port or PORT)
        return socket.create_connection(where, timeout=_left(deadline))
    if parts.scheme != "unix" or not parts.path:
        raise ValueError("CLAMD_URL ska vara tcp://värd:port eller unix:///sökväg.")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(deadline))
        line.connect(parts.path)
    except BaseException:
        line.close()
        raise
    return line


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("clamd svarade inte i tid.")
    return left


def _send(line: socket.socket, content: bytes, deadline: float) -> None:
    line.settimeout(_left(deadline))
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK]
        line.settimeout(_left(deadline))
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.sendall(struct.pack("!I", 0))


def _receive(line: socket.socket, deadline: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        line.settimeout(_left(deadline))
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\r\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    # A size limit, a broken database, half an answer: no verdict is no permission.
    raise ScannerAway(f"clamd svarade: {answer[:100]!r}")
