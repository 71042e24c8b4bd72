"""Signed notes in the journal. A note is never changed; an amendment points at it and says why."""

from uuid import UUID

from accounts.models import User
from core.once import create_once
from core.states import Refused
from participants.enums import NoteKind
from participants.models import Enrolment, Note


def write_note(
    *, enrolment: Enrolment, kind: str, text: str, user: User, once_key: UUID
) -> tuple[Note, bool]:
    """A signed note: (note, created). The same `once_key` again gives the first note back.

    Raises `Refused` on a blank text.
    """
    reasons = []
    if not text.strip():
        reasons.append("Anteckningen är tom.")
    if kind not in NoteKind.values:
        reasons.append("Välj vad det är för anteckning.")
    if reasons:
        raise Refused(reasons)
    note, created = create_once(
        Note,
        once_key,
        enrolment=enrolment,
        kind=kind,
        text=text.strip(),
        author=user,
        **enrolment.owned(),
    )
    return _own(note, enrolment, user), created


def amend_note(
    *, note: Note, text: str, reason: str, user: User, once_key: UUID
) -> tuple[Note, bool]:
    """An amendment of one's own note, with why: (note, created). The first note stays as it was.

    Raises `Refused` with all reasons.
    """
    reasons = []
    if note.author_id != user.pk:
        reasons.append("Bara den som skrev anteckningen kan rätta den. Skriv en ny anteckning.")
    if not text.strip():
        reasons.append("Rättelsen är tom.")
    if not reason.strip():
        reasons.append("Skriv varför anteckningen rättas.")
    if reasons:
        raise Refused(reasons)
    first = note.amends or note
    amendment, created = create_once(
        Note,
        once_key,
        enrolment=note.enrolment,
        kind=first.kind,
        text=text.strip(),
        reason=reason.strip(),
        amends=first,
        author=user,
        **note.owned(),
    )
    return _own(amendment, note.enrolment, user), created


def _own(note: Note, enrolment: Enrolment, user: User) -> Note:
    # A key that was used in another journal, or by somebody else, must not show that note.
    if note.enrolment_id != enrolment.pk or note.author_id != user.pk:
        raise Refused(["Formuläret hör till en annan anteckning. Läs om sidan och skriv igen."])
    return note
