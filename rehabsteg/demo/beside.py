"""Papers and messages in the remisser that wait now: what both sides meet on their pages."""

import hashlib
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from django.conf import settings

from accounts.models import User
from core.files import write_atomically
from referrals.enums import AttachmentKind, ReferralState, Side
from referrals.models import Attachment, Message, MessageReading, Referral
from rehabsteg.demo.days import later, office, workday
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import ReferralPlan
from rehabsteg.demo.rows import new_key, write
from rehabsteg.demo.texts import TALKS_IN_THE_CASE

FOLDER = "attachments"
SHARE_WITH_PAPERS, SHARE_WITH_TALK = 0.6, 0.5
NAMES = {
    AttachmentKind.ASSESSMENT: "Medicinsk bedömning.pdf",
    AttachmentKind.CONSENT: "Undertecknat samtycke.pdf",
}


def write_beside(
    *, place: Place, waiting: list[ReferralPlan], rows: dict[int, Referral], last: date, rng: Random
) -> None:
    """Papers and talk for the remisser of `waiting`; nothing is said after the day `last`."""
    papers: list[Attachment] = []
    talk: list[Message] = []
    for plan in waiting:
        row = rows[id(plan)]
        if plan.is_anonymous or row.state in (ReferralState.DECLINED, ReferralState.WITHDRAWN):
            continue
        if rng.random() < SHARE_WITH_PAPERS:
            papers += [_paper(place, plan, row, kind, rng) for kind in _kinds(row)]
        if row.coordinator and rng.random() < SHARE_WITH_TALK:
            talk += _talk(place, plan, row, last, rng)
    write(papers)
    write(talk)
    _mark_read(talk)


def _kinds(row: Referral) -> list[AttachmentKind]:
    kinds = [AttachmentKind.ASSESSMENT] if row.on_sick_leave else []
    return [*kinds, AttachmentKind.CONSENT] if row.consent_on else kinds


def _paper(
    place: Place, plan: ReferralPlan, row: Referral, kind: AttachmentKind, rng: Random
) -> Attachment:
    content = page_that_says(f"{kind.label}. Påhittat underlag i demon.")
    path = f"{FOLDER}/{new_key(rng).hex}"
    stored = write_atomically(Path(settings.FILES_DIR) / path, content)
    return Attachment(
        referral=row,
        kind=kind,
        name=NAMES[kind],
        content_type="application/pdf",
        size=stored.size,
        checksum=hashlib.sha256(content).hexdigest(),
        path=path,
        side=Side.SENDER,
        added_at=plan.begun_at,
        added_by=plan.referrer,
        adder_name=plan.referrer.name,
        adder_organisation=place.standings[plan.referrer.pk][1],
        **row.owned(),
    )


def _talk(
    place: Place, plan: ReferralPlan, row: Referral, last: date, rng: Random
) -> list[Message]:
    """A question and perhaps an answer, on working days after the last step."""
    asks, words, answer = rng.choice(TALKS_IN_THE_CASE)
    moment = plan.steps[-1].at
    said = []
    for side, text in ((asks, words), (_other(asks), answer)):
        day = workday(moment.date() + timedelta(days=rng.randint(0, 3)))
        moment = later(office(rng, max(day, moment.date())), moment)
        if not text or moment.date() > last:
            break
        who = plan.referrer if side == Side.SENDER else row.coordinator
        assert who is not None
        said.append(_message(place, row, Side(side), who, text, moment, rng))
    return said


def _other(side: str) -> Side:
    return Side.PROGRAMME if side == Side.SENDER else Side.SENDER


def _message(
    place: Place, row: Referral, side: Side, who: User, text: str, at: datetime, rng: Random
) -> Message:
    role, organisation = place.standings[who.pk]
    return Message(
        referral=row,
        side=side,
        text=text,
        at=at,
        author=who,
        author_name=who.name,
        author_role=role,
        author_organisation=organisation,
        once_key=new_key(rng),
        **row.owned(),
    )


def _mark_read(talk: list[Message]) -> None:
    """Whoever answered has read what was asked."""
    marks = [
        MessageReading(
            referral_id=asked.referral_id,
            reader=answer.author,
            side=answer.side,
            last=asked.pk,
            at=answer.at,
            **asked.owned(),
        )
        for asked, answer in pairwise(talk)
        if asked.referral_id == answer.referral_id and asked.side != answer.side
    ]
    write(marks)


def page_that_says(text: str) -> bytes:
    """A PDF of one page with one line. The same words, the same bytes."""
    line = (
        text.encode("cp1252", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    )
    drawn = b"BT /F1 14 Tf 72 760 Td (" + line + b") Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % one for one in places)
    count = len(parts) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n" % (
        count, table, count,
    ) + b"startxref\n%d\n%%%%EOF\n" % len(out)  # fmt: skip
