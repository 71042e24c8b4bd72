"""Lists as programmes keep them: rows of columns, as csv and xlsx."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command
from openpyxl import Workbook

WOMAN, MAN = "238", "239"
HEADER = (
    "personnummer", "kon", "startar", "fornamn", "efternamn", "start", "slut", "remittent",
    "utbildning", "manader_forsorjning", "forsorjning_fore", "sysselsattning_fore", "avslut",
    "forsorjning_efter", "sysselsattning_efter", "grupp",
)  # fmt: skip


def number(index: int) -> str:
    """A number of Skatteverket's test series, a woman's for even `index`, a man's for odd."""
    born = date(1960, 1, 1) + timedelta(days=index // 2)
    stem = f"{born:%Y%m%d}{MAN if index % 2 else WOMAN}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(stem[2:])]
    return f"{stem}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def row(**said: object) -> dict[str, object]:
    """One row; what isn't said is blank."""
    return dict.fromkeys(HEADER, "") | said


def person(index: int = 0, **said: object) -> dict[str, object]:
    """A person who took part in 2015, with everything registered."""
    full = row(
        personnummer=number(index), fornamn="Åsa", efternamn=f"Wikström{index}", start="2015-02-02",
        slut="2015-11-30", remittent="FK", utbildning="2", manader_forsorjning="14",
        forsorjning_fore="SJP:100", sysselsattning_fore="SJK", avslut="GEN",
        forsorjning_efter="ING", sysselsattning_efter="ARB:20",
    )  # fmt: skip
    return full | said


def as_csv(rows, *, delimiter=";", encoding="utf-8-sig", header=HEADER) -> bytes:
    """The rows as a csv file."""
    written = io.StringIO()
    out = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    out.writerow(header)
    out.writerows([one.get(name, "") for name in header] for one in rows)
    return written.getvalue().encode(encoding)


def as_xlsx(rows, *, header=HEADER) -> bytes:
    """The rows as an Excel file; values keep their types."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for one in rows:
        sheet.append([one.get(name) or None for name in header])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def import_rows(
    rows, folder: Path, *more: str, slug: str = "rehabsteget", capsys=None
) -> list[dict]:
    """What the command says of the rows (or of a whole file's bytes)."""
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    path = folder / ("lista.xlsx" if data[:2] == b"PK" else "lista.csv")
    path.write_bytes(data)
    out = io.StringIO()
    call_command(
        "import_registrations",
        str(path),
        "--programme",
        slug,
        "--format",
        "json",
        *more,
        stdout=out,
    )
    return json.loads(out.getvalue())["rows"]


def results(said: list[dict]) -> list[str]:
    """The result of each row."""
    return [one["result"] for one in said]
