"""What is read out of a finished PDF."""

import csv
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

SMALL = {"1", "2", "3", "4"}
# The chapters that count people, by the words at the top of their pages.
ABOUT_PEOPLE = re.compile(r"[45] (?:Deltagarna|Före och efter)")
# Attached tables that count groups and sessions, which are nobody's secret.
ABOUT_GROUPS = {"grupper.csv", "innehall.csv"}
# "3 kvinnor": a count of people, not a page or a chapter.
SMALL_COUNT = re.compile(
    r"(?<![\d,.–-])\b[1-4] (?:kvinn|män\b|man\b|person|deltagare|avslut|start|började)",
    re.IGNORECASE,
)


def text_of(pdf: Path) -> str:
    """The document's words, a form feed between pages, as poppler reads them."""
    done = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def attached_tables(pdf: Path) -> dict[str, list[list[str]]]:
    """The tables inside the document, by file name."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["pdfdetach", "-saveall", "-o", place, pdf], check=True)
        found = sorted(Path(place).glob("*.csv"))
        return {one.name: list(_rows(one)) for one in found}


def _rows(table: Path) -> Iterator[list[str]]:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        dialect = csv.Sniffer().sniff(lines.readline(), delimiters=";,")
        yield from csv.reader(lines, dialect)


def assert_names_nobody(words: str, names: Sequence[str]) -> None:
    """No name of a participant, neither whole nor the family name."""
    found = [name for name in names if name in words or name.rpartition(" ")[2] in words]
    assert not found, found


def assert_shows_no_small_count(pdf: Path) -> None:
    """No count of people from 1 to 4, in sentence, table or attached table.

    A coarse look at what leaves the house; what is hidden and why has tests of its own.
    """
    words = text_of(pdf)
    sentences = SMALL_COUNT.findall(words)
    assert not sentences, sentences
    pages = [page for page in words.split("\f") if ABOUT_PEOPLE.search(page[:400])]
    assert pages, "inget kapitel om deltagarna"
    lines = [line for page in pages for line in page.splitlines() if SMALL & _cells(line)]
    assert not lines, lines
    tables = attached_tables(pdf)
    about_people = {name: rows for name, rows in tables.items() if name not in ABOUT_GROUPS}
    assert about_people, "inga tabeller om deltagarna"
    showing = [name for name, rows in about_people.items() if any(SMALL & {*row} for row in rows)]
    assert not showing, showing


def _cells(line: str) -> set[str]:
    return {*re.split(r"\s{2,}", line.strip())[1:]}
