"""Words that somebody types."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_WORDS = 2000


class WordsField(forms.CharField):
    """Words of a person. A browser that would cut off what is too long is not asked to."""

    def to_python(self, value: object) -> str:
        return super().to_python(str(value or "").replace("\r\n", "\n")) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class WordsForm(forms.Form):
    """Words that somebody types, with a number of the form they were typed in."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
    text = WordsField(
        label=_("Words"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("There is nothing here yet. Write something first."),
            "max_length": _(
                "These are %(show_value)d characters, and %(limit_value)d fit. Send it in parts."
            ),
        },
    )

    @property
    def words(self) -> str:
        """What was typed."""
        return str(self.cleaned_data["text"])

    @property
    def client_id(self) -> uuid.UUID:
        """Names this form with these words: sent twice is said once, changed is said again."""
        try:
            form = uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            form = uuid.uuid4()
        return uuid.uuid5(form, self.words)


class NoteForm(WordsForm):
    """A note beside a location."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        text = self.fields["text"]
        text.label = _("New note")
        text.widget.attrs["rows"] = 3
