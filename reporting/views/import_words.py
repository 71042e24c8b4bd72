"""How an import and its rows are told on a page."""

from dataclasses import dataclass

from reporting.enums import ImportResult, JobState
from reporting.models import RegistrationImport

# Label, shape and kind of components/status.html.
RESULT_SIGNS = {
    ImportResult.CREATED: ("Ny", "ok", "ok"),
    ImportResult.UNCHANGED: ("Fanns redan", "dash", ""),
    ImportResult.REJECTED: ("Går inte in", "stop", "late"),
}


@dataclass(frozen=True)
class Sign:
    """Where an import stands, in a word with its shape and kind."""

    label: str
    shape: str
    kind: str


def is_under_way(batch: RegistrationImport) -> bool:
    """Rows are being brought in or undone, or should be and the job has stopped."""
    if batch.undo_job:
        return batch.undo_job.state != JobState.DONE
    if batch.confirmed_at is None or batch.finished_at or batch.undone_at:
        return False
    return batch.job is not None or batch.is_running


def state_of(batch: RegistrationImport) -> Sign:
    """Looked through, waiting, running, stopped, brought in, undone or left."""
    if batch.undo_job and is_under_way(batch):
        if batch.undo_job.state == JobState.PARKED:
            return Sign("Ångrandet stoppat", "stop", "late")
        return Sign("Ångras", "q2", "info")
    if batch.undone_at:
        return Sign("Ångrad", "undo", "")
    if batch.finished_at:
        return Sign("Inläst", "ok", "ok")
    if batch.confirmed_at is None:
        if batch.source_path:
            return Sign("Granskad, inte inläst", "ring", "soon")
        return Sign("Inte inläst", "no", "")
    if batch.job and batch.job.state == JobState.PARKED:
        return Sign("Stoppad", "stop", "late")
    if not batch.is_running:
        return Sign("Avbruten", "stop", "late")
    return Sign("Läses in", "q2", "info")


COLUMN_WORDS = (
    (
        "personnummer",
        "12 eller 10 siffror. Saknas för anonyma. Skriv saknas om personen inte har något.",
    ),
    ("kon", "K eller M. Behövs bara utan personnummer."),
    ("startar", "År, för anonyma: bara kön och år sparas."),
    ("fornamn, efternamn", "Som de ska stå i registret."),
    ("start, slut", "ÅÅÅÅ-MM-DD. Tomt slut betyder att deltagandet pågår."),
    ("remittent", "Kod: FK, AF, KFS, KSO, KAM, RPV, RPS, RAN eller ANN."),
    ("utbildning", "Kod: 0, 1, 2, 3, 4 eller 9."),
    ("manader_forsorjning", "Hela månader i offentlig försörjning före start."),
    (
        "forsorjning_fore, forsorjning_efter",
        "Kod:procent, flera skiljs med |, till exempel SJP:50|FSS:50.",
    ),
    (
        "sysselsattning_fore, sysselsattning_efter",
        "Kod:timmar i veckan, till exempel ARB:10|STU:20.",
    ),
    ("avslut", "Kod för avslutsanledning. FEL räknas inte i någon siffra."),
    ("grupp", "Gruppens nummer. Finns den inte läggs den upp."),
    (
        "kommun, timmar_i_veckan",
        "Om ni har uppgifterna: hemkommun, och timmars aktivitet vid slutet.",
    ),
)
