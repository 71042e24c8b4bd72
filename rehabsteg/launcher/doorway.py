"""The port that people reach the product on, and whether the product answers there."""

from __future__ import annotations

import http.client
import os
import socket

from rehabsteg.launcher.places import LauncherError

FIRST_PORT = 8000
PORTS_TRIED = 200
HEALTH_PATH = "/halsa/"


def address(port: int) -> str:
    """What people type in the browser."""
    return f"http://127.0.0.1:{port}/"


def wanted_port() -> int:
    """PORT of the environment, or ours. Raises `LauncherError` for what is no port."""
    text = os.environ.get("PORT") or str(FIRST_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT ska vara ett tal mellan 1 och 65535, inte {text!r}.")
    return int(text)


def listen(first: int) -> socket.socket:
    """A listening socket on the first free port, kept from here so that nobody gets in between."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except PermissionError:
            listener.close()
            raise LauncherError(f"Port {port} får bara användas av root. Välj en högre.") from None
        except OSError:
            listener.close()
            continue
        return listener
    raise LauncherError(f"Ingen av portarna {first} till {first + PORTS_TRIED} är ledig.")


def health(port: int) -> int | None:
    """The status of the health page, or None when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
