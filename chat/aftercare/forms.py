"""What a counsellor fills in after a chat."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.aftercare.actions import Facts
from chat.answers import Advice, AgeBand, Danger, Measure, Referral, Theme

NOTE_LENGTH = 1000
LONGEST = 24 * 60
RAISED = [(value, label) for value, label in Danger.choices if value != Danger.NONE]


def several(label: Any, choices: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    """Choices of which any number can be ticked."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class WrapUpForm(forms.Form):
    """One chat in choices. Words only when the visitor agreed to them."""

    theme = forms.ChoiceField(
        label=_("What was it about?"),
        choices=[("", _("Choose")), *Theme.choices],
        error_messages={"required": _("Choose what it was about.")},
    )
    age_band = forms.ChoiceField(
        label=_("How old are they?"),
        choices=[("", _("Not known")), *AgeBand.choices],
        required=False,
    )
    advised = several(_("What did you advise?"), Advice.choices)
    referred = several(_("To whom did you refer?"), Referral.choices)
    danger = forms.ChoiceField(
        label=_("Was there danger?"),
        choices=[("", _("Choose")), *Danger.choices],
        initial=Danger.NONE,
        error_messages={"required": _("Choose whether there was danger.")},
    )
    measures = several(_("What was done about the danger?"), Measure.choices)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )
    heavy = forms.BooleanField(
        label=_("This was a heavy chat for me"),
        help_text=_("After some in a row you get a longer break."),
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("The visitor agreed that I write something down"), required=False
    )
    note = forms.CharField(
        label=_("What they agreed to"),
        help_text=_("It is erased together with the chat."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, in_danger: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["danger"]
        if in_danger and isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *RAISED]
            field.initial = ""  # which it was is theirs to say
            which = _("Danger was raised in this chat. Which was it?")
            field.error_messages |= {"required": which, "invalid_choice": which}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("note") and not cleaned.get("agreed"):
            self.add_error("note", _("Without their agreement nothing is written down in words."))
        danger = cleaned.get("danger")
        if danger not in (None, Danger.NONE) and not cleaned.get("measures"):
            self.add_error("measures", _("Say what was done about the danger."))
        return cleaned

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(
            theme=data["theme"],
            minutes=data["minutes"],
            age_band=data["age_band"],
            advised=data["advised"],
            referred=data["referred"],
            danger=data["danger"],
            measures=data["measures"],
            heavy=data["heavy"],
            note=data["note"] if data["agreed"] else "",
        )
