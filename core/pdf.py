"""Tagged, archivable PDF files from templates.

Every file claims PDF/UA-1 (accessible) and PDF/A-3a (archivable, data attached) at once. The
tests let veraPDF judge both claims.
"""

import hashlib
import io
import mimetypes
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

if TYPE_CHECKING:
    import pydyf
    import weasyprint
    from weasyprint.urls import URLFetcher

# A reserved name (RFC 2606): were the fetcher ever passed by, nothing would answer.
STATIC_BASE = "https://static.invalid/"
SVG = "{http://www.w3.org/2000/svg}"

# PDF/A accepts only declared XMP schemas, and PDF/UA is not one of those it knows.
UA_IDENTIFICATION = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class ForbiddenResource(ValueError):
    """A template asked for something that is not a static file of the project."""


@dataclass(frozen=True)
class Attachment:
    """Data carried inside the PDF. `name` is a file name with extension, shown to the reader."""

    name: str
    data: bytes
    description: str


def render_pdf(
    *,
    template: str,
    context: dict[str, Any],
    title: str,
    created_at: datetime,
    identifier: bytes | str,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Render `template` to a PDF that is both PDF/UA-1 and PDF/A-3a.

    The same arguments give the same bytes, so a report can be made again and compared by its
    checksum. `identifier` tells files apart (report, year, version); `created_at` is the aware
    moment that is printed in the file's properties, not the clock. `title` must hold no person's
    name. Reads static files only; raises weasyprint.urls.FatalURLFetchingError, caused by
    ForbiddenResource, for any other address. Slow (seconds) and large (about 200 MB): call it
    from a worker.
    """
    if created_at.tzinfo is None:
        raise ValueError("created_at needs a time zone.")
    moment = created_at.astimezone(UTC).replace(microsecond=0)
    html = render_to_string(
        template, {**context, "title": title, "created": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
    )
    return _write_pdf(html, moment, identifier, attachments)


def _write_pdf(
    html: str,
    moment: datetime,
    identifier: bytes | str,
    attachments: Sequence[Attachment],
) -> bytes:
    import weasyprint  # 60 MB and half a second: only where a PDF is made

    source = weasyprint.HTML(string=html, base_url=STATIC_BASE, url_fetcher=_static_fetcher())
    _complete_alternative_texts(source)
    with warnings.catch_warnings():
        # The engine leaves the file with its colour profile to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        result = source.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=_digest(identifier),
            attachments=[_attach(one, moment) for one in attachments],
            finisher=_finish,
        )
    assert result is not None  # no target was given
    return result


def _digest(identifier: bytes | str) -> bytes:
    """PDF wants a byte string of even strength whatever the caller's key looks like."""
    raw = identifier.encode() if isinstance(identifier, str) else identifier
    return hashlib.sha256(raw).hexdigest()[:32].encode()


def _attach(attachment: Attachment, moment: datetime) -> "weasyprint.Attachment":
    import weasyprint

    return weasyprint.Attachment(
        file_obj=io.BytesIO(attachment.data),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _static_fetcher() -> "URLFetcher":
    """A fetcher that knows the project's static files and nothing else: no network, no disk."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            path = Path(find_static(url))
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return StaticFetcher(fail_on_errors=True)


def find_static(url: str) -> str:
    """Path on disk of the static file that `url` names. Raises ForbiddenResource otherwise."""
    if not url.startswith(STATIC_BASE):
        raise ForbiddenResource(f"Only static files may be read, not {url[:80]}")
    found = finders.find(unquote(urlsplit(url).path).lstrip("/"))
    if not found:
        raise ForbiddenResource(f"No static file at {url[:80]}")
    return str(found)


def _complete_alternative_texts(source: "weasyprint.HTML") -> None:
    """Give a drawing's title its description too: the PDF engine reads only the title."""
    for drawing in source.etree_element.iter(f"{SVG}svg"):
        title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
        if title is not None and description is not None:
            title.text = f"{title.text}. {description.text}"


def _finish(_document: "weasyprint.Document", pdf: "pydyf.PDF") -> None:
    """What the engine leaves undone, just before the file is written."""
    _claim_accessibility(pdf)
    _read_spaces_as_spaces(pdf)


def _claim_accessibility(pdf: "pydyf.PDF") -> None:
    """Add the PDF/UA claim to the metadata, inside the only RDF block validators read."""
    reference = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[reference]
    head, tail, rest = stream.stream[0].partition(b"</rdf:RDF>")
    stream.stream[0] = head + UA_IDENTIFICATION + tail + rest


def _read_spaces_as_spaces(pdf: "pydyf.PDF") -> None:
    """Let every space be found and copied as an ordinary one.

    The ordinary and the non-breaking space share a shape, and the engine lets the shape mean
    whichever of them it met first: a search for "Så räknas det" would find nothing.
    """
    for one in pdf.objects:
        lines = getattr(one, "stream", ())
        if b"begincmap" in lines:
            one.stream = [line.replace(b"> <00a0>", b"> <0020>") for line in lines]
