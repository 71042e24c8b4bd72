"""Files that exist whole or not at all."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoredFile:
    """Receipt of a written file. `checksum` is the SHA-256 in hex, `size` is in bytes."""

    path: Path
    checksum: str
    size: int


def write_atomically(path: Path | str, data: bytes) -> StoredFile:
    """Write `data` to `path` so that a reader sees the old file, the new file, never a half one.

    Temporary file in the same folder, fsync, rename, fsync of the folder. A failure (full disk,
    killed process) leaves `path` as it was. Raises OSError when the disk refuses.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return StoredFile(target, hashlib.sha256(data).hexdigest(), len(data))


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
