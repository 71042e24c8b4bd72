"""A new group, and who gets a place in it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import DateField, Row, form_helper
from participants.forms import OnceForm
from programmes.models import Programme


class GroupForm(OnceForm):
    """A group: when it starts, who leads it, where, and how many."""

    starts_on = DateField(
        label="Start",
        help_text="ÅÅÅÅ-MM-DD. Gruppen börjar på sin första öppna gruppdag från och med då.",
    )
    leader = forms.ChoiceField(label="Ledare", required=False)
    room = forms.CharField(
        label="Lokal",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "input--w20", "autocomplete": "off"}),
    )
    size = forms.IntegerField(
        label="Platser",
        min_value=1,
        widget=forms.TextInput(
            attrs={"class": "input--w6", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={
            "invalid": "Skriv ett helt tal.",
            "min_value": "En grupp har minst en plats.",
        },
    )

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        team: Sequence[tuple[int, str]],
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].choices = [  # type: ignore[attr-defined]
            ("", "Ingen än"),
            *((str(pk), name) for pk, name in team),
        ]
        self.fields["size"].initial = programme.group_size
        self.fields["size"].help_text = f"Högst {programme.group_size}."
        self.helper = form_helper(
            self,
            "once_key",
            "starts_on",
            "leader",
            Row("room", "size"),
            submit="Skapa gruppen",
            error_title="Gruppen är inte skapad än",
            cancel_url=cancel_url,
        )


class PlaceForm(forms.Form):
    """Who in the queue gets a place. The page draws the list itself."""

    remiss = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Välj minst en person i kön.",
            "invalid_choice": "Någon du valde står inte längre i kön. Läs listan igen.",
        },
    )

    def __init__(self, *args: Any, waiting: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remiss"].choices = waiting  # type: ignore[attr-defined]
