"""Reading in a blueprint, and noting what the steering group has decided about places."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation, Unit
from core.forms import DateField, Part, Reveal, Row, Text, form_helper
from programmes.models import Programme
from programmes.services import InvalidBlueprint, read_toml
from programmes.services.read_toml import MOST_BYTES


class BlueprintForm(forms.Form):
    """A TOML file and the programme's owners. `content` carries the file from preview to confirm."""

    file = forms.FileField(
        label="Fil med upplägget",
        help_text="En TOML-fil. Du får se vad som ändras innan något sparas.",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml,application/toml,text/plain"}),
    )
    association = forms.ModelChoiceField(
        Organisation.objects.filter(kind=OrganisationKind.ASSOCIATION),
        label="Samordningsförbund",
        empty_label="Välj",
    )
    unit = forms.ModelChoiceField(
        Unit.objects.select_related("organisation").exclude(
            organisation__kind=OrganisationKind.ASSOCIATION
        ),
        label="Arbetslag",
        help_text="Arbetslagets organisation blir personuppgiftsansvarig.",
        empty_label="Välj",
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_BYTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for the first time; at the confirmation `content` carries it instead.
        self.fields["file"].required_by_answer = True  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            Part("Filen", "file"),
            Part(
                "Vem som äger insatsen",
                Text("Finns insatsen redan måste det vara samma personuppgiftsansvariga."),
                "association",
                "unit",
            ),
            submit="Visa vad som ändras",
            error_title="Upplägget är inte inläst",
            error_saved="Ingenting är ändrat. Välj filen igen.",
        )

    def clean(self) -> dict[str, Any]:
        """The file's data under "data", and its text under "content" for the confirmation."""
        cleaned = super().clean() or {}
        upload, content = cleaned.get("file"), cleaned.get("content") or ""
        if upload is None and not content:
            if "file" not in self.errors:
                self.add_error("file", "Bifoga filen med upplägget.")
            return cleaned
        raw = upload.read() if upload else content.encode()
        try:
            cleaned["data"] = read_toml(raw)
        except InvalidBlueprint as refused:
            raise ValidationError({"file": refused.reasons}) from None
        cleaned["content"] = raw.decode("utf-8-sig")
        return cleaned


DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class ReservedForm(forms.Form):
    """A decision of the steering group to keep places for a target group."""

    WHOLE, SOME = "hela", "antal"

    once_key = forms.UUIDField(widget=forms.HiddenInput)
    target_group = forms.ChoiceField(label="Målgrupp", widget=forms.RadioSelect)
    extent = forms.ChoiceField(
        label="Hur många platser?",
        choices=[(WHOLE, "Hela gruppen"), (SOME, "Ett antal platser i gruppen")],
        widget=forms.RadioSelect,
    )
    places = forms.IntegerField(
        label="Antal platser", min_value=1, required=False, widget=forms.TextInput(attrs=DIGITS)
    )
    group_number = forms.IntegerField(
        label="Bara gruppen med nummer",
        min_value=1,
        required=False,
        help_text="Tomt: varje grupp som startar medan beslutet gäller.",
        widget=forms.TextInput(attrs=DIGITS),
    )
    valid_from = DateField(label="Gäller grupper som startar från")
    valid_to = DateField(
        label="Till och med", required=False, help_text="ÅÅÅÅ-MM-DD. Tomt: tills vidare."
    )
    decided_on = DateField(label="Dag då styrgruppen beslutade")
    words = forms.CharField(
        label="Ur beslutet",
        required=False,
        help_text="Till exempel paragraf. Skriv inget om enskilda personer.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        target_groups: list[tuple[str, str]],
        cancel_url: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once_key", uuid4())
        self.fields["target_group"].choices = target_groups  # type: ignore[attr-defined]
        self.fields["places"].help_text = f"Högst {programme.group_size}."
        vars(self.fields["decided_on"])["latest"] = timezone.localdate()
        self.helper = form_helper(
            self,
            "once_key",
            "target_group",
            Reveal("extent", self.SOME, "places"),
            Row("valid_from", "valid_to"),
            "group_number",
            "decided_on",
            "words",
            submit="Anteckna beslutet",
            cancel_url=cancel_url,
            error_title="Beslutet är inte antecknat än",
        )

    def clean(self) -> dict[str, Any]:
        """A number of places is a number."""
        cleaned = super().clean() or {}
        some = cleaned.get("extent") == self.SOME
        if some and cleaned.get("places") is None and "places" not in self.errors:
            self.add_error("places", "Skriv hur många platser som är reserverade.")
        if not some:
            self.errors.pop("places", None)
            cleaned["places"] = None
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What `note_reserved_places` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "extent"}


class ReservedEndForm(forms.Form):
    """A decision of the steering group that a reservation holds no longer."""

    once_key = forms.UUIDField(widget=forms.HiddenInput)
    last_on = DateField(label="Sista dag reservationen gäller")
    decided_on = DateField(label="Dag då styrgruppen beslutade")
    words = forms.CharField(
        label="Ur beslutet", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once_key", uuid4())
        vars(self.fields["decided_on"])["latest"] = timezone.localdate()
        self.helper = form_helper(
            self,
            submit="Anteckna beslutet",
            cancel_url=cancel_url,
            error_title="Beslutet är inte antecknat än",
        )

    def answers(self) -> dict[str, Any]:
        """What `end_reserved_places` takes."""
        return dict(self.cleaned_data)
