"""Signed notes in the journal. A note is never changed; an amendment points at it and says why."""

from uuid import UUID, uuid5

from accounts.models import User
from core.once import create_once
from core.states import Refused
from participants.enums import NoteKind
from participants.models import Enrolment, Note


def write_note(
    *, enrolment: Enrolment, kind: str, text: str, user: User, once_key: UUID
) -> tuple[Note, bool]:
    """A signed note: (note, created). The same words from the same form are written once.

    Raises `Refused` on a blank text.
    """
    reasons = []
    if not text.strip():
        reasons.append("Anteckningen är tom.")
    if kind not in NoteKind.values:
        reasons.append("Välj vad det är för anteckning.")
    if reasons:
        raise Refused(reasons)
    return create_once(
        Note,
        _key(once_key, enrolment, user, kind, text),
        enrolment=enrolment,
        kind=kind,
        text=text.strip(),
        author=user,
        **enrolment.owned(),
    )


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
    return create_once(
        Note,
        _key(once_key, note.enrolment, user, str(first.pk), reason, text),
        enrolment=note.enrolment,
        kind=first.kind,
        text=text.strip(),
        reason=reason.strip(),
        amends=first,
        author=user,
        **note.owned(),
    )


def _key(once_key: UUID, enrolment: Enrolment, user: User, *words: str) -> UUID:
    """The form's key together with what was written, by whom and about whom.

    A browser that goes back shows the old form with its old key: other words in it are another
    note and must not be taken for a repeat of the first.
    """
    told = "\x1f".join([str(enrolment.pk), str(user.pk), *(word.strip() for word in words)])
    return uuid5(once_key, told)
