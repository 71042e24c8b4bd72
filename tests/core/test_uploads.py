"""What a file is, its content says; what it may be called, we say."""

import struct
import unicodedata
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.personal_numbers import MASK, masked
from core.uploads import LONGEST_NAME, MEANING, NotTaken, safe_name, type_of

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (3, 2)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        )

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("content", "word"), [(PDF, "PDF"), (picture("JPEG"), "JPEG"), (picture("PNG"), "PNG")]
)
def test_the_three_kinds_are_told_by_their_content(content, word) -> None:
    assert type_of(content).word == word


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "tom"),
        (b"MZ\x90\x00", "varken"),
        (b"PK\x03\x04" + PDF, "varken"),
        (b"<html><script>alert(1)</script>", "varken"),
        (b"\n" + PDF, "varken"),
        (b"%PDF-", "ingen hel PDF"),
        (b"%PDF-9.9 startxref %%EOF", "ingen hel PDF"),
        (PDF[:-8], "ingen hel PDF"),
        (picture("JPEG")[:60], "inte hel"),
        (b"\xff\xd8\xff\xe0 nonsens \xff\xd9", "går inte att läsa"),
        (picture("PNG")[:40], "inte hel"),
        (picture("PNG")[:40] + b"IEND", "går inte att läsa"),
        (png_that_says(30_000, 30_000), "för stor att öppna"),
        (png_that_says(2**31 - 1, 2**31 - 1), "för stor att öppna"),
        (picture("GIF"), "varken"),
    ],
)
def test_everything_else_is_refused_in_words(content, because) -> None:
    with pytest.raises(NotTaken, match=because):
        type_of(content)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]),
)
def test_any_bytes_are_taken_or_refused_never_a_crash(content, start) -> None:
    with suppress(NotTaken):
        assert type_of(start + content).ending in (".pdf", ".jpg", ".png")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Läkarutlåtande 3.PDF", "Läkarutlåtande 3.pdf"),
        ("C:\\Users\\ali\\intyg.pdf", "intyg.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("intyg.pdf.exe", "intyg.pdf.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("20170101-2393 intyg.pdf", f"{MASK} intyg.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("...", "bilaga.pdf"),
        ("", "bilaga.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("A\u030asa.pdf", "Åsa.pdf"),
    ],
)
def test_names_are_made_harmless(sent, kept) -> None:
    assert safe_name(sent, ".pdf") == kept


@given(st.text(st.characters(), max_size=200))
def test_any_name_becomes_one_that_any_computer_takes(sent) -> None:
    name = safe_name(sent, ".png")
    stem = name.removesuffix(".png")
    assert stem != name
    assert 0 < len(stem) <= LONGEST_NAME + 1
    assert stem == stem.strip()
    assert not stem.startswith(".")
    assert not MEANING.search(name)
    assert not any(unicodedata.category(one).startswith("C") for one in name)
    assert masked(name) == name
    name.encode()
