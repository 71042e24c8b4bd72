"""PDF files: the same every time, from static files only, with data attached."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from weasyprint.urls import FatalURLFetchingError

from core.pdf import Attachment, ForbiddenResource, find_static, render_pdf

MOMENT = datetime(2027, 1, 20, 14, 5, tzinfo=UTC)
BODY = '{% extends "pdf/base.html" %}{% block content %}<h1>Rubrik</h1>BODY{% endblock %}'
DATA = Attachment("tabell.csv", b"Part;Antal\r\nFK;12\r\n", "Tabell 1")
CHART = (
    '<svg viewBox="0 0 10 10" width="50"><title>Antal</title><desc>FK 12</desc>'
    '<rect width="5" height="5" fill="#14534a"/></svg>'
)


@pytest.fixture
def template(settings, tmp_path: Path):
    """A template of the test's own: `template("<p>…</p>")` gives its name."""
    folder = tmp_path / "mallar"
    folder.mkdir()
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder, settings.BASE_DIR / "templates"],
            "OPTIONS": {"builtins": ["core.templatetags.rehabsteg"]},
        }
    ]

    def write(body: str) -> str:
        (folder / "prov.html").write_text(BODY.replace("BODY", body))
        return "prov.html"

    return write


def render(name: str, **changes) -> bytes:
    given = {
        "template": name,
        "context": {},
        "title": "Provfil",
        "created_at": MOMENT,
        "identifier": "prov-1",
        "attachments": (DATA,),
    }
    return render_pdf(**{**given, **changes})


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def alternative_texts(pdf: pikepdf.Pdf) -> list[str]:
    return [
        str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
    ]


def fonts(pdf: pikepdf.Pdf) -> set[str]:
    return {
        str(one.FontName).partition("+")[2]
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    }


def test_the_same_input_gives_the_same_bytes(template) -> None:
    name = template(f"<p>Åsa</p>{CHART}")

    assert render(name) == render(name)


def test_another_identifier_gives_another_file(template) -> None:
    name = template("<p>Text</p>")

    assert render(name) != render(name, identifier="prov-2")


def test_the_data_goes_along_and_is_marked_as_data(template) -> None:
    pdf = opened(render(template("<p>Text</p>")))

    assert pdf.attachments["tabell.csv"].get_file().read_bytes() == DATA.data
    assert {(str(one.AFRelationship), str(one.Desc)) for one in pdf.Root.AF} == {
        ("/Data", "Tabell 1")
    }


def test_the_file_says_what_it_is(template) -> None:
    pdf = opened(render(template("<p>Text</p>")))
    metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()

    assert str(pdf.Root.Lang) == "sv"
    assert str(pdf.docinfo["/Title"]) == "Provfil"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20270120140500")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert metadata.count("</rdf:RDF>") == 1


def test_a_drawing_is_read_out_with_its_description(template) -> None:
    assert alternative_texts(opened(render(template(CHART)))) == ["Antal. FK 12"]


def test_a_space_that_may_not_break_is_found_as_a_space(template) -> None:
    name = template("<p>1\u00a0300\u00a0kr och sedan mera</p>")
    document = pypdfium2.PdfDocument(render(name))
    text = document[0].get_textpage().get_text_bounded()
    document.close()

    assert "1 300 kr och sedan mera" in text


def test_letters_of_other_languages_have_their_own_font(template) -> None:
    used = fonts(opened(render(template("<p>Łukasiewicz Ağaoğlu Nguyễn Ольга</p>"))))

    assert used
    assert all(name.startswith("Source-Sans-3") for name in used)
    assert len([name for name in used if "Ext" in name or "Viet" in name or "Cyr" in name]) == 3


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/bild.png",
        "https://example.org/bild.png",
        "//example.org/bild.png",
        "file:///etc/passwd",
        "data:image/svg+xml,<svg/>",
        "img/finns-inte.png",
        "../../etc/passwd",
    ],
)
def test_nothing_but_static_files_is_read(template, address: str) -> None:
    name = template(f'<img src="{address}" alt="Bild">')

    with pytest.raises(FatalURLFetchingError):
        render(name)


@pytest.mark.parametrize("path", ["../manage.py", "..%2Fmanage.py", "%2e%2e/manage.py"])
def test_an_address_cannot_leave_the_static_folders(path: str) -> None:
    with pytest.raises((ForbiddenResource, Exception)) as caught:
        find_static(f"https://static.invalid/{path}")
    assert type(caught.value).__name__ in ("ForbiddenResource", "SuspiciousFileOperation")


def test_a_moment_needs_a_time_zone(template) -> None:
    with pytest.raises(ValueError, match="time zone"):
        render(template("<p>Text</p>"), created_at=datetime(2027, 1, 20))


def test_the_engine_is_loaded_only_where_a_file_is_made() -> None:
    script = "import sys, core.pdf; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
