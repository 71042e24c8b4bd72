"""Saying something in a remiss."""

from typing import Any

from django import forms

from core.forms import form_helper


class MessageForm(forms.Form):
    """One message to the other side."""

    once_key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Skriv ett meddelande",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Skriv ett meddelande."},
    )

    def __init__(self, *args: Any, action: str, to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = to
        self.helper = form_helper(
            self,
            submit="Skicka meddelandet",
            action=action,
            error_title="Meddelandet är inte skickat än",
        )
