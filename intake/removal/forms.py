"""The shape of what the desk and the answer page take in."""

import uuid
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.recipients.models import Proposal
from intake.recipients.queries import in_use
from intake.recipients.states import Kind
from intake.removal.actions import AnswerKind, Claim
from intake.removal.models import RemovalRequest
from intake.removal.queries.desk import choosable_pairs

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


class RecipientForm(forms.Form):
    """Whom to ask, out of the recipients in use."""

    recipient = forms.ModelChoiceField(
        queryset=in_use().exclude(kind=Kind.HOTLINE),
        label=_("Somebody from the directory"),
        empty_label=_("Choose"),
    )


class ProposalForm(forms.Form):
    """A contact that a look-up found."""

    proposal = forms.ModelChoiceField(queryset=Proposal.objects.all())


class PairForm(forms.Form):
    """Why and how to ask."""

    pair = forms.ModelChoiceField(queryset=choosable_pairs())


class RequestsForm(forms.Form):
    """The requests that go in one notice."""

    request = forms.ModelMultipleChoiceField(
        queryset=RemovalRequest.objects.select_related("location__service", "recipient")
        .prefetch_related("location__statements")
        .order_by("due_at", "pk"),
    )


class YesNoForm(forms.Form):
    """One of two buttons."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class AnswerForm(forms.Form):
    """What a recipient says about one address."""

    kind = forms.ChoiceField(
        label=_("Your answer"), choices=AnswerKind.choices, widget=forms.RadioSelect, required=False
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST_WORDS,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    NEEDS_WORDS = {
        AnswerKind.NOT_OURS: _("Say who does have it, if you know; otherwise write “unknown”."),
        AnswerKind.NEED_MORE: _("Say what you need from us."),
        AnswerKind.REFUSED: _("Say why you will not remove it."),
    }

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind in self.NEEDS_WORDS and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", self.NEEDS_WORDS[AnswerKind(kind)])
        return cleaned


def claims_of(forms_by_position: Sequence[tuple[int, AnswerForm]]) -> list[Claim]:
    """The claims in answered forms; an address without an answer is left out."""
    return [
        Claim(position, AnswerKind(form.cleaned_data["kind"]), form.cleaned_data["words"])
        for position, form in forms_by_position
        if form.cleaned_data["kind"]
    ]
