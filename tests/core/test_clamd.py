"""The scanner's protocol, spoken with a small server that speaks it back."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.clamd import ScannerAway, infection_in

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECONDS = 20.0


class Scanner(socketserver.StreamRequestHandler):
    """clamd's side of INSTREAM: reads the pieces, looks for EICAR, answers."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = EICAR in content
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0")


def says(answer: bytes) -> type[socketserver.StreamRequestHandler]:
    """A server that reads nothing and says the same to everybody."""

    class Stubborn(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(answer)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            while self.rfile.read(65536):
                pass

    return Stubborn


class Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def scanner(handler: type[socketserver.BaseRequestHandler] = Scanner) -> Iterator[str]:
    """The address of a scanner that runs as long as the block."""
    server = Tcp(("127.0.0.1", 0), handler)
    with running(server):
        yield f"tcp://127.0.0.1:{server.server_address[1]}"


def test_a_clean_file_and_an_infected_one() -> None:
    with scanner() as address:
        assert infection_in(b"%PDF" * 100_000, address=address, seconds=SECONDS) == ""
        found = infection_in(b"%PDF" + EICAR, address=address, seconds=SECONDS)
    assert found == "Eicar-Signature"


def test_the_same_through_a_socket_in_the_file_system(tmp_path) -> None:
    place = tmp_path / "clamd.ctl"
    with running(Unix(str(place), Scanner)):
        assert infection_in(EICAR, address=f"unix://{place}", seconds=SECONDS)


@pytest.mark.parametrize(
    "answer",
    [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: O", b"OK\0", b"x" * 9000, b"\xff\0"],
)
def test_no_verdict_is_no_permission(answer) -> None:
    with scanner(says(answer)) as address, pytest.raises(ScannerAway):
        infection_in(b"x" * 200_000, address=address, seconds=SECONDS)


def test_nobody_at_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ScannerAway):
        infection_in(b"x", address=f"tcp://127.0.0.1:{port}", seconds=SECONDS)


def test_a_scanner_that_is_silent_is_given_up() -> None:
    # It takes the connection and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ScannerAway):
        infection_in(b"x", address=f"tcp://127.0.0.1:{mute.getsockname()[1]}", seconds=0.2)


@pytest.mark.parametrize(
    "address", ["", "http://127.0.0.1:1", "unix://", "tcp://", "tcp://x:99999"]
)
def test_an_address_that_is_none(address) -> None:
    with pytest.raises(ScannerAway):
        infection_in(b"x", address=address, seconds=SECONDS)
