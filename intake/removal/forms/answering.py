"""What a recipient answers, by the link in a notice or as a colleague reads it in a mail."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.removal.actions import AnswerKind, Claim, RefusalGround
from intake.removal.forms.words import LONGEST_WORDS, WordsField

LONGEST_WHO = 300
LONGEST_PROMISE = timedelta(days=31)


class AnswerForm(forms.Form):
    """What a recipient says about one address, or about all of them."""

    kind = forms.ChoiceField(
        label=_("Your answer"), choices=AnswerKind.choices, widget=forms.RadioSelect, required=False
    )
    until = forms.DateField(
        label=_("By which day?"),
        required=False,
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={"invalid": _("Write the day like 2026-12-31.")},
    )
    who = forms.CharField(
        label=_("Who does have it?"),
        help_text=_("A name, website or mail address, if you know."),
        max_length=LONGEST_WHO,
        required=False,
    )
    ground = forms.ChoiceField(
        label=_("On what ground?"),
        choices=[("", _("Choose")), *RefusalGround.choices],
        required=False,
    )
    words = WordsField(
        label=_("In your words"),
        max_length=LONGEST_WORDS,
        required=False,
        error_messages={
            "max_length": _(
                "These are %(show_value)d characters, and %(limit_value)d fit. Make it shorter, or "
                "answer by mail."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # What goes with one answer only; of another it is left out.
    ONLY_WITH = {
        "until": AnswerKind.WILL_DO,
        "who": AnswerKind.NOT_OURS,
        "ground": AnswerKind.REFUSED,
    }
    NEEDS = {
        AnswerKind.WILL_DO: ("until", _("Say by which day you will have removed it.")),
        AnswerKind.NOT_OURS: (
            "who",
            _("Say who does have it, if you know; otherwise write “unknown”."),
        ),
        AnswerKind.NEED_MORE: ("words", _("Say what you need from us.")),
        AnswerKind.REFUSED: ("words", _("Say why you will not remove it.")),
    }
    # What says as much as the field that is needed.
    AS_GOOD = {AnswerKind.NOT_OURS: "words", AnswerKind.REFUSED: "ground"}

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is None or self.cleaned_data.get("kind") != AnswerKind.WILL_DO:
            return None
        today = timezone.localdate()
        if until < today:
            raise forms.ValidationError(_("That day has passed."))
        if until > today + LONGEST_PROMISE:
            raise forms.ValidationError(_("That is more than a month away. Name an earlier day."))
        return until

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        for name, only_with in self.ONLY_WITH.items():
            if kind != only_with:
                self.errors.pop(name, None)
                cleaned[name] = None if name == "until" else ""
        if kind in self.NEEDS:
            name, words = self.NEEDS[AnswerKind(kind)]
            other = self.AS_GOOD.get(AnswerKind(kind), name)
            enough = cleaned.get(name) or (
                cleaned.get(other) not in ("", RefusalGround.OTHER, None)
            )
            if not enough and name not in self.errors:
                self.add_error(name, words)
        return cleaned

    @property
    def is_answered(self) -> bool:
        """Whether an answer was chosen."""
        return bool(self.cleaned_data.get("kind"))

    def claim(self, position: int) -> Claim:
        """What it says, as said of the address at a position."""
        said = self.cleaned_data
        return Claim(
            position,
            AnswerKind(said["kind"]),
            words=said["words"],
            who=said["who"],
            ground=said["ground"],
            until=said["until"],
        )


class NotedAnswerForm(AnswerForm):
    """The same, as a colleague reads it in their mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("They say")
        self.fields["words"].label = _("In their words")


def claims_of(
    forms_by_position: Sequence[tuple[int, AnswerForm]], for_all: AnswerForm | None = None
) -> list[Claim]:
    """The claims in answered forms; what is said of all holds where nothing else is said."""
    rest = for_all if for_all is not None and for_all.is_answered else None
    return [
        answered.claim(position)
        for position, form in forms_by_position
        if (answered := form if form.is_answered else rest) is not None
    ]
