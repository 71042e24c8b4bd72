"""Attendance for a whole group: three answers each, and why for those who are away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from activities.enums import ANNOUNCED, AttendanceKind
from activities.services import Mark

HERE, LATE, AWAY, EXPECTED = "present", "late", "away", "expected"
ANSWERS = ((HERE, "Här"), (LATE, "Sen"), (AWAY, "Borta"))
IN_ADVANCE = ((EXPECTED, "Kommer"), (AWAY, "Borta"))
SHORT = {AttendanceKind.AUTHORITY: "Myndighet", AttendanceKind.ABSENT: "Ej anmält"}
AWAY_KINDS = (*ANNOUNCED, AttendanceKind.ABSENT)
LONGEST_REASON = 300


@dataclass(frozen=True)
class Answer:
    """One radio button: its value, words, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class PersonRow:
    """One person on the page; `note` is what the leader should know, `error` what is wrong."""

    pk: int
    name: str
    shown: str
    answers: tuple[Answer, ...]
    reasons: tuple[Answer, ...]
    note: str
    error: str


class AttendanceForm(forms.Form):
    """A row per person. `recorded` is the kind now by participation; the page draws the rows.

    Everybody starts as present; before the session everybody is expected, and only an announced
    absence can be noted.
    """

    reason = forms.CharField(
        label="Varför ändrar du?",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Närvaron är redan klar. Den första anteckningen finns kvar i historiken.",
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str]],
        recorded: Mapping[int, str],
        is_open: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.recorded, self.is_open = people, recorded, is_open
        kinds = AWAY_KINDS if is_open else ANNOUNCED
        self.away = [(kind.value, SHORT.get(kind, kind.label)) for kind in kinds]
        self.answers = ANSWERS if is_open else IN_ADVANCE
        for pk, name in people:
            self._add_person(pk, name)

    def _add_person(self, pk: int, name: str) -> None:
        self.fields[f"answer_{pk}"] = forms.ChoiceField(
            choices=self.answers,
            error_messages={
                "required": f"{name}: välj ett svar.",
                "invalid_choice": f"{name}: välj ett av svaren.",
            },
        )
        self.fields[f"why_{pk}"] = forms.ChoiceField(
            choices=self.away,
            required=False,
            error_messages={"invalid_choice": f"{name}: välj en av orsakerna."},
        )
        self.fields[f"shown_{pk}"] = forms.ChoiceField(
            choices=[("", ""), *AttendanceKind.choices], required=False
        )

    def clean(self) -> dict[str, Any]:
        """Somebody who is away is away for a reason; in advance it must be said."""
        cleaned = super().clean() or {}
        for pk, name in self.people:
            if cleaned.get(f"answer_{pk}") == AWAY and not cleaned.get(f"why_{pk}"):
                self.add_error(f"why_{pk}", f"{name}: välj varför.")
        return cleaned

    def marks(self) -> list[Mark]:
        """The rows as the service takes them. Call on a valid form."""
        return [Mark(pk, self._kind(pk), self.cleaned_data[f"shown_{pk}"]) for pk, _ in self.people]

    def _kind(self, pk: int) -> str:
        answer = self.cleaned_data[f"answer_{pk}"]
        if answer == AWAY:
            return self.cleaned_data[f"why_{pk}"]
        return "" if answer == EXPECTED else answer

    def rows(
        self, notes: Mapping[int, str], shown: Mapping[int, str] | None = None
    ) -> Iterator[PersonRow]:
        """The rows to draw: what the user chose, else what is recorded, else the default.

        `shown` replaces what the row says it showed, after a conflict.
        """
        for pk, name in self.people:
            recorded = self.recorded.get(pk, "")
            answer, why = self._chosen(pk, recorded)
            errors = [*self.errors.get(f"answer_{pk}", []), *self.errors.get(f"why_{pk}", [])]
            yield PersonRow(
                pk=pk,
                name=name,
                shown=(shown or {}).get(pk, self._shown(pk, recorded)),
                answers=tuple(Answer(v, label, v == answer) for v, label in self.answers),
                reasons=tuple(Answer(v, label, v == why) for v, label in self.away),
                note=notes.get(pk, ""),
                error=" ".join(errors),
            )

    def _shown(self, pk: int, recorded: str) -> str:
        return self.data.get(f"shown_{pk}", recorded) if self.is_bound else recorded

    def _chosen(self, pk: int, recorded: str) -> tuple[str, str]:
        if self.is_bound:
            default = AttendanceKind.ABSENT.value if self.is_open else ""
            return (
                self.data.get(f"answer_{pk}", ""),
                self.data.get(f"why_{pk}", "") or default,
            )
        if recorded in (HERE, LATE):
            return recorded, AttendanceKind.ABSENT.value
        if recorded:
            return AWAY, recorded
        return (HERE, AttendanceKind.ABSENT.value) if self.is_open else (EXPECTED, "")
