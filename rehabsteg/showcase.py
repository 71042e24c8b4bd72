"""What the component page shows: every component in every state, with invented words."""

from datetime import date
from typing import Any

from django import forms

from core.forms import (
    Choices,
    DateField,
    HoursField,
    Optional,
    Part,
    PersonalNumberField,
    Reveal,
    WeekField,
    form_helper,
)

COLOURS = (
    ("canvas", "kalk, sidan"),
    ("surface", "yta"),
    ("sunken", "sand, meny"),
    ("selected", "vald"),
    ("ink", "bläck"),
    ("ink-2", "bläck 2"),
    ("line", "hårlinje"),
    ("line-strong", "kontroll"),
    ("gran", "gran"),
    ("gran-soft", "gran ljus"),
    ("havtorn", "havtorn"),
    ("havtorn-soft", "havtorn ljus"),
    ("lingon", "lingon"),
    ("lingon-soft", "lingon ljus"),
    ("mossa", "mossa"),
    ("mossa-soft", "mossa ljus"),
    ("blaklint", "blåklint"),
    ("blaklint-soft", "blåklint ljus"),
    ("c1", "diagram 1"),
    ("c2", "diagram 2"),
    ("c3", "diagram 3"),
    ("c4", "diagram 4"),
    ("focus", "fokus"),
)
FILES = (
    {
        "name": "Läkarintyg.pdf",
        "kind": "Medicinsk bedömning",
        "meta": "PDF · 214 kB · Ali Rezaei, Försäkringskassan · 2026-11-05 16.03",
        "url": "#post",
        "withdrawn": "",
        "withdraw_url": "#post",
        "number": 1,
    },
    {
        "name": "samtycke.jpg",
        "kind": "Undertecknat samtycke",
        "meta": "JPEG · 1,2 MB · Ali Rezaei, Försäkringskassan · 2026-11-05 16.04",
        "url": "",
        "withdrawn": "Återtagen 2026-11-06 08.12. Bilden hörde till en annan person.",
        "withdraw_url": "",
        "number": 2,
    },
)
THREAD = (
    {
        "who": "Ali Rezaei",
        "meta": "remittent, Försäkringskassan · tor 12 nov 08.40",
        "text": "Går det att komma med färdtjänst?",
        "is_own": False,
        "is_new": True,
        "anchor": "meddelande-1",
    },
    {
        "who": "Karin Lindqvist",
        "meta": "rehabkoordinator, Kvarnby kommun · tor 12 nov 09.12",
        "text": "Ja, det går bra.\nBilen kan stanna vid entrén.",
        "is_own": True,
        "is_new": False,
        "anchor": "meddelande-2",
    },
)
STATUSES = (
    ("Utkast", "dash", ""),
    ("Inskickad", "ring", "go"),
    ("Under bedömning", "q1", "go"),
    ("Inledande samtal bokat", "q2", "go"),
    ("I kö", "q3", "go"),
    ("Placerad", "ok", "ok"),
    ("Komplettering begärd", "warn", "soon"),
    ("Vilande", "pause", ""),
    ("Avböjd", "no", "late"),
    ("Återtagen", "undo", ""),
)
BADGES = (
    ("Samtycke givet", "ok", "ok"),
    ("Löper ut om 9 dagar", "clock", "soon"),
    ("Återkallat 2026-11-02", "no", "late"),
    ("Nekat", "no", ""),
    ("Begärt 11-12", "dash", "none"),
    ("Skyddad identitet", "lock", "late"),
    ("Anonym", "info", "info"),
)
PHASES_MINI = (
    (1, "Gruppfas, v. 5 av 8"),
    (2, "Arbetsprövning, v. 5 av 8"),
    (3, "Fortsatt stöd"),
    (4, "Avslutad"),
)
PHASES = (
    {"name": "Gruppfas", "text": "klar, v. 35–42", "state": "done", "percent": 100},
    {
        "name": "Arbetsprövning",
        "text": "v. 5 av 8, till 12-13",
        "state": "now",
        "percent": 62,
    },
    {"name": "Fortsatt stöd", "text": "om det behövs", "state": "", "percent": 0},
    {"name": "Avslut och uppföljning", "text": "planerat januari 2027", "state": "", "percent": 0},
)
TIMELINE = (
    {
        "month": "November 2026",
        "icon": "pen",
        "kind": "go",
        "meta": "ons 18 nov 15.20 · Karin Lindqvist · signerad",
        "title": "Telefonsamtal",
        "text": "Orkar fler pass på förmiddagen. Vi skjuter på steget till 8 h en vecka.",
    },
    {
        "month": "",
        "icon": "clock",
        "kind": "soon",
        "meta": "ons 11 nov · systemet",
        "title": "Samtycket löper ut om mindre än tre veckor",
        "text": "",
    },
)
JOB = {
    "title": "Verksamhetsberättelse, PDF",
    "percent": 31,
    "step": "Steg 2 av 5: ritar diagram.",
    "facts": "",
    "checksum": "",
    "error": "",
    "url": "",
    "download_url": "#jobb",
    "retry_url": "",
}
JOBS = (
    {**JOB, "state": "running"},
    {
        **JOB,
        "state": "done",
        "title": "Export, 412 rader",
        "facts": "Klar 10.38",
        "checksum": "7f3a",
    },
    {
        **JOB,
        "state": "failed",
        "title": "Lägesrapport",
        "error": "Kunde inte skapas: rapporten är inte fastställd",
        "retry_url": "#jobb",
    },
)
CHECKLIST = (
    {"text": "Samtycke finns", "note": "Undertecknat, bilaga 1", "state": "done", "link": ""},
    {"text": "Medicinsk bedömning", "note": "Utlovad till 12-10", "state": "wait", "link": ""},
    {
        "text": "Inledande samtal hållet",
        "note": "Bokat tis 24 nov",
        "state": "missing",
        "link": "Ändra tid",
        "url": "#lagen",
    },
)
TRACK = (
    {"text": "Inskickad", "note": "11-05", "state": "done"},
    {"text": "Bedömning", "note": "11-11", "state": "done"},
    {"text": "Inledande samtal", "note": "tis 11-24 kl. 13", "state": "now"},
    {"text": "I kö", "note": "", "state": ""},
    {"text": "Gruppstart", "note": "", "state": ""},
)
STEPS = (
    {"label": "Personen", "anchor": "#formular", "state": "error"},
    {"label": "Sjukskrivning och syfte", "anchor": "#formular", "state": "done"},
    {"label": "Försörjning", "anchor": "#formular", "state": "now"},
    {"label": "Information och samtycke", "anchor": "#formular", "state": ""},
)


class ExampleForm(forms.Form):
    """Every kind of field, with some wrong answers in it."""

    personal_number = PersonalNumberField(label="Personnummer")
    workplace = forms.CharField(label="Arbetsplats", help_text="Namnet som står på skylten.")
    start_on = DateField(label="Startdatum")
    week = WeekField(label="Vecka", required=False)
    hours = HoursField(label="Timmar i veckan")
    reason = forms.ChoiceField(
        label="Avslutsanledning",
        choices=[("", "Välj"), ("a", "Fortsatt rehabilitering"), ("b", "Arbete")],
    )
    sick_leave = forms.ChoiceField(
        label="Är personen sjukskriven?",
        widget=forms.RadioSelect,
        choices=[("yes", "Ja, helt eller delvis"), ("no", "Nej")],
    )
    certificate_on = DateField(label="När kommer läkarintyget?", required=False)
    doctor = forms.CharField(label="Läkare", required=False)
    purpose = forms.CharField(label="Syfte", required=False, widget=forms.Textarea({"rows": 3}))
    readers = forms.MultipleChoiceField(
        label="Vilka får läsa planen?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("fk", "Försäkringskassan"), ("af", "Arbetsförmedlingen")],
    )
    attachment = forms.FileField(label="Bilaga", required=False)
    informed = forms.BooleanField(label="Personen har fått muntlig och skriftlig information")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            Part("1. Personen", "personal_number", "workplace"),
            Part("2. Tid", "start_on", "week", "hours", "reason"),
            Part(
                "3. Sjukskrivning",
                Reveal("sick_leave", "yes", "certificate_on", Optional("doctor")).also(
                    "no", "purpose"
                ),
            ),
            Part(
                "4. Samtycke",
                Choices("readers", fk="till 2027-02-28"),
                "attachment",
                "informed",
            ),
            submit="Skicka remissen",
            save_and_close="Spara och stäng",
            cancel_url="#formular",
            error_title="Remissen är inte skickad än",
            error_saved="Allt du skrivit är sparat.",
        )


WRONG = {
    "personal_number": "2017010-2393",
    "workplace": "Kvarnby Returbutik",
    "start_on": "2026-13-01",
    "week": "47",
    "hours": "6,5",
    "reason": "a",
    "sick_leave": "yes",
    "readers": ["fk"],
}


def everything() -> dict[str, Any]:
    """The context of the component page."""
    return {
        "colours": COLOURS,
        "statuses": STATUSES,
        "badges": BADGES,
        "phases_mini": PHASES_MINI,
        "phases": PHASES,
        "timeline": TIMELINE,
        "files": FILES,
        "thread": THREAD,
        "jobs": JOBS,
        "checklist": CHECKLIST,
        "track": TRACK,
        "steps": STEPS,
        "facts": (("Koordinator", "Karin Lindqvist"), ("Säkrad till", "2026-12-31")),
        "chips": (("Alla", 12, "#tabell", True), ("Remisser", 2, "#tabell", False)),
        "tabs": (("Översikt", "#flikar", True), ("Närvaro", "#flikar", False)),
        "columns": (
            ("Namn", "#tabell", "ascending", ""),
            ("Fas", "#tabell", "none", ""),
            ("Timmar", "", "", "num"),
        ),
        "reasons": (
            "Det inledande samtalet är inte hållet",
            "Personen har inte tackat ja",
        ),
        "verbs": (
            {"label": "Håll samtalet", "url": "#post", "primary": True, "reasons": []},
            {"label": "Avböj", "url": "#post", "danger": True, "reasons": []},
            {"label": "Ställ i kö", "reasons": ["Personen har inte tackat ja"], "ask": ""},
            {
                "label": "För över",
                "reasons": ["Bara verksamhetsledaren kan göra det."],
                "ask": "Fråga Vera Sandell.",
            },
        ),
        "consequences": (
            "Ali Rezaei ser inte längre närvaro och plan.",
            "Det som redan lämnats ut kan inte tas tillbaka.",
        ),
        "today": date(2026, 11, 19),
        "form": ExampleForm(),
        "wrong_form": ExampleForm(WRONG, {}, prefix=None, auto_id="fel_%s"),
    }
