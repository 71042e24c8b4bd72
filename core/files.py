"""Files that exist whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StoredFile:
    """Receipt of a written file. `checksum` is the SHA-256 in hex, `size` is in bytes."""

    path: Path
    checksum: str
    size: int


class Receipt:
    """What is written to passes through here: counted and summed on its way to the disk."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.size, self.sum = stream, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write all of `data`. Returns how many bytes, as a file does."""
        self.stream.write(data)
        self.size += len(data)
        self.sum.update(data)
        return len(data)


def write_atomically(path: Path | str, content: bytes | Callable[[Receipt], object]) -> StoredFile:
    """Write `content` to `path` so that a reader sees the old file, the new file, never a half one.

    `content` is the bytes, or a function that writes them piece by piece, for files too large for
    memory. Temporary file in the same folder, fsync, rename, fsync of the folder. A failure (full
    disk, killed process) leaves `path` as it was. Raises OSError when the disk refuses.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            receipt = Receipt(stream)
            receipt.write(content) if isinstance(content, bytes) else content(receipt)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return StoredFile(target, receipt.sum.hexdigest(), receipt.size)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
