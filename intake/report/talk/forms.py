"""The shape of what is said."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.forms.words import WordsForm
from intake.report.talk.queries import LinkOnDesk


class SayForm(WordsForm):
    """What a reporter says."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        text = self.fields["text"]
        text.label = _("Your message")
        text.help_text = _("You do not have to say who you are.")


class AnswerForm(WordsForm):
    """What a reporter answers to a question about a link."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        text = self.fields["text"]
        text.label = _("Your answer to this question")
        text.widget.attrs["rows"] = 3


class WriteForm(WordsForm):
    """What a caseworker says, and about what. ``upto`` is the last message they have read."""

    upto = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    about = forms.ChoiceField(label=_("What is it about?"), required=False)

    field_order = ["about", "text"]

    def __init__(self, *args: object, links: Sequence[LinkOnDesk], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["text"].label = _("Your message to the reporter")
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)  # noqa: S101 -- declared above
        about.choices = [
            ("", _("The report as a whole")),
            *(
                (
                    str(row.link.pk),
                    _("A question about link %(number)s (location %(location)s)")
                    % {"number": row.number, "location": row.location.short},
                )
                for row in links
                if not row.location.is_possibly_minor
            ),
        ]


class UptoForm(forms.Form):
    """The last message that a caseworker has read."""

    upto = forms.IntegerField(min_value=0)
