"""The form with which an administrator reads in a blueprint."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.enums import OrganisationKind
from accounts.models import Organisation, Unit
from core.forms import Part, Text, form_helper
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
