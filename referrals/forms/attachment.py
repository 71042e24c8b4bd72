"""Attaching a paper to a remiss, and taking one back."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms

from core.forms import form_helper
from referrals.enums import AttachmentKind
from referrals.services import MOST_BYTES, TOO_LARGE

# In the draft: what is there already, the question, and a button that stores the file at once.
PAPERS: tuple[Any, ...] = (
    HTML(
        '{% include "referrals/_draft_papers.html" with papers=papers warning=papers_warning only %}'
    ),
    "attachment_kind",
    "attachment",
    HTML('{% include "referrals/_draft_upload.html" %}'),
)
ABOUT_PAPERS = (
    "Om du har någon, till exempel läkarens bedömning. En anonym remiss kan inte ha bilagor."
)
TAKEN = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


class AttachmentField(forms.FileField):
    """A file of at most 10 MB. What it is, its content says, where it is stored."""

    # The heading of the part says that papers are optional; the label needn't.
    required_by_answer = True

    def __init__(self, **kwargs: Any) -> None:
        settled: dict[str, Any] = {
            "label": "Fil",
            "help_text": "PDF, JPEG eller PNG, högst 10 MB.",
            "widget": forms.FileInput(
                attrs={"accept": TAKEN, "data-most-bytes": MOST_BYTES, "data-too-large": TOO_LARGE}
            ),
            "error_messages": {"empty": "Filen är tom. Välj en annan fil."},
        }
        super().__init__(**settled | kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, when it isn't too large."""
        sent = super().clean(data, initial)
        if sent and sent.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE, "large")
        return sent


def kind_field() -> forms.ChoiceField:
    """What a file in a draft is. Left blank it is stored all the same: a file is never lost."""
    choices = [("", "Välj"), *AttachmentKind.choices]
    field = forms.ChoiceField(label="Vad är det för fil?", choices=choices, required=False)
    vars(field)["required_by_answer"] = True
    return field


class AttachForm(forms.Form):
    """Attach a paper to a remiss that has been sent."""

    kind = forms.ChoiceField(
        label="Vad är det för fil?", choices=AttachmentKind.choices, widget=forms.RadioSelect
    )
    attachment = AttachmentField()

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            submit="Bifoga filen",
            cancel_url=cancel_url,
            error_title="Filen är inte bifogad än",
        )


class WithdrawAttachmentForm(forms.Form):
    """Take a paper back, with why."""

    why = forms.CharField(
        label="Varför återtas bilagan?",
        help_text="Till exempel att den hör till en annan person. Skälet syns i historiken.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            submit="Återta bilagan",
            cancel_url=cancel_url,
            danger=True,
            error_title="Bilagan är inte återtagen än",
        )
