"""What a file sent to us really is, and what it may be called. Its name and declared type prove nothing."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from core.personal_numbers import masked

# A page scanned at 600 dots per inch has 35 million dots, the largest phone picture twice that.
MOST_PIXELS = 80_000_000
# The end mark stands in the last kilobyte; some scanners add a little after it.
PDF_TAIL = 2048
PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
LONGEST_NAME = 80
NAMELESS = "bilaga"
# What Windows, macOS or a shell gives a meaning in a file name.
MEANING = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
# Names that Windows keeps for devices, whatever the ending.
DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
READING_FAILED = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError)


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken: content type, ending and the word people use."""

    content_type: str
    ending: str
    word: str


class NotTaken(ValueError):
    """The content is of no kind that is taken, or is broken; the message is a whole sentence."""


def type_of(content: bytes) -> FileType:
    """What `content` is, told by the content alone: PDF, JPEG or PNG.

    Only headers are read, never pixels, so that a small file cannot become a large picture in
    memory. Raises `NotTaken`.
    """
    if not content:
        raise NotTaken("Filen är tom. Välj en annan fil.")
    for start, check, found in KINDS:
        if content.startswith(start):
            check(content)
            return found
    raise NotTaken("Filen är varken PDF, JPEG eller PNG. Spara den som PDF och försök igen.")


def _check_pdf(content: bytes) -> None:
    tail = content[-PDF_TAIL:]
    if not PDF_HEADER.match(content) or b"%%EOF" not in tail or b"startxref" not in tail:
        raise NotTaken("Filen är ingen hel PDF. Spara den på nytt och försök igen.")


def _check_jpeg(content: bytes) -> None:
    if b"\xff\xd9" not in content:
        raise NotTaken("Bilden är inte hel. Spara den på nytt och försök igen.")
    _check_picture(lambda: JpegImageFile(BytesIO(content)).size)


def _check_png(content: bytes) -> None:
    def size() -> tuple[int, int]:
        picture = PngImageFile(BytesIO(content))
        found = picture.size
        picture.verify()
        return found

    if b"IEND" not in content:
        raise NotTaken("Bilden är inte hel. Spara den på nytt och försök igen.")
    _check_picture(size)


def _check_picture(size: Callable[[], tuple[int, int]]) -> None:
    try:
        width, height = size()
    except READING_FAILED as error:
        raise NotTaken("Bilden går inte att läsa. Spara den på nytt och försök igen.") from error
    if width * height > MOST_PIXELS:
        raise NotTaken("Bilden är för stor att öppna. Spara den med lägre upplösning.")


KINDS: tuple[tuple[bytes, Callable[[bytes], None], FileType], ...] = (
    (b"%PDF-", _check_pdf, FileType("application/pdf", ".pdf", "PDF")),
    (b"\xff\xd8\xff", _check_jpeg, FileType("image/jpeg", ".jpg", "JPEG")),
    (b"\x89PNG\r\n\x1a\n", _check_png, FileType("image/png", ".png", "PNG")),
)


def safe_name(name: str, ending: str) -> str:
    """`name` as it may be shown and saved on anybody's computer, with the ending its content has.

    Folders, control and invisible characters, marks with a meaning and personal numbers are gone.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    bare = PurePath(plain).name if plain.strip("./ ") else ""
    seen = "".join(one for one in bare if unicodedata.category(one)[0] != "C")
    stem = " ".join(MEANING.sub(" ", _without_ending(seen)).split())
    short = masked(stem)[:LONGEST_NAME].strip(". ") or NAMELESS
    return f"{'_' if DEVICES.match(short) else ''}{short}{ending}"


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    is_ending = bool(dot) and ending.isalnum() and len(ending) <= len("jpeg")
    return stem if is_ending else name
