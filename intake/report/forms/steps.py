"""The pages of a report, a form each. Every question but the links may be left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from intake.removal.models import Wish
from intake.report.actions import MAX_LINKS
from intake.report.declarations import DECLARATION_VERSION
from intake.report.fields import MAX_TEXT
from intake.report.forms.base import StepForm
from intake.report.forms.behalf import BehalfForm
from intake.report.forms.details import DetailsForm
from intake.report.forms.per_link import AgeForm, WhoForm
from intake.report.forms.questions import WISH, about_question, choice, mandate_question
from intake.report.states import Situation
from intake.report.wording import REASONS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text


class SituationForm(StepForm):
    situation = choice(
        _("What happened?"),
        [(value, label) for value, label in Situation.choices if value != Situation.SKIPPED],
        _("Choose what fits best, so that we can say what helps first. You may leave it open."),
    )


class LinksForm(StepForm):
    """Any text with links in it. It comes back exactly as it was typed, whatever it is."""

    text = forms.CharField(
        label=_("Which links do you want to report?"),
        help_text=_(
            "Paste one link or many, or a whole message: we pick the links out. The images "
            "themselves are never shown or copied here."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )
    text.default_validators = []
    text.validators = []

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            if self.answers.leads:
                return text
            raise forms.ValidationError(
                _("Paste at least one link. Do you have none? Choose below what you do know.")
            )
        if len(text) > MAX_TEXT:
            raise forms.ValidationError(
                _(
                    "This is too much text for one report. Take out what is not a link, or make "
                    "two reports. What you pasted is still here."
                )
            )
        nothing = not (self.answers.links or self.answers.left_out or self.answers.leads)
        if nothing or (not self.answers.found and self.answers.problems):
            raise forms.ValidationError(self._why_none())
        if len(self.answers.links) > MAX_LINKS:
            over = len(self.answers.links)
            raise forms.ValidationError(
                ngettext(
                    "We found %(count)d link. One report holds %(most)d: take some out here and "
                    "put those in a second report. What you pasted is still here.",
                    "We found %(count)d links. One report holds %(most)d: take some out here and "
                    "put those in a second report. What you pasted is still here.",
                    over,
                )
                % {"count": over, "most": MAX_LINKS}
            )
        return text

    def _why_none(self) -> list[Text]:
        problems = self.answers.problems
        if not problems:
            return [
                _(
                    "We see no link in this. A link looks like www.example.org/page, and you find "
                    "it in the address bar or behind “share”."
                )
            ]
        return [
            _("“%(typed)s”: %(reason)s")
            % {"typed": shortened(link.typed), "reason": REASONS[link.problem]}
            for link in problems[:10]
            if link.problem
        ]


class FoundForm(StepForm):
    """The links that were found, as plain text, to confirm or to take out."""

    def clean(self) -> dict[str, Any]:
        if not (self.answers.links or self.answers.leads):
            raise forms.ValidationError(
                _("There is no link left. Put one back, or go back and paste another.")
            )
        return self.cleaned_data


class CarefulForm(StepForm):
    """Nothing to answer: what happens when somebody in the images may be under 18."""


class AboutForm(StepForm):
    """One of the questions that a notice leans on."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.name] = about_question(self.name, own=self.answers.is_own)


class RecognisableForm(AboutForm):
    name = "recognisable"


class AgreedForm(AboutForm):
    name = "agreed"


class PrivateForm(AboutForm):
    name = "private_or_secret"


class LivesForm(AboutForm):
    name = "lives_in_nl"


class WishForm(StepForm):
    wish = choice(_("What do you want us to do?"), WISH)


class AgreeForm(StepForm):
    """The declaration, without which nobody is asked."""

    declared = forms.MultipleChoiceField(
        choices=[(DECLARATION_VERSION, _("Yes, I declare this"))],
        label=_("Your declaration"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One box, but a group of its own: its value is the version of the text.
        self.initial["declared"] = [self.answers.values["declared"]]

    def clean_declared(self) -> list[str]:
        declared: list[str] = self.cleaned_data["declared"]
        if DECLARATION_VERSION not in declared and self.answers.wish == Wish.REMOVE:
            raise forms.ValidationError(
                _(
                    "The law wants this declaration with every request. Tick it if it is so, or "
                    "go back and choose to wait."
                )
            )
        return declared


class MandateForm(StepForm):
    """Whether we may act for the person in the images."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mandate"] = mandate_question(self.answers.mandate_version)


class CheckForm(StepForm):
    """Nothing new: everything together, before it is sent."""


def shortened(typed: str) -> str:
    """Text of a visitor in an error message, not too long to read."""
    return typed if len(typed) <= 80 else typed[:77] + "…"


FORMS: dict[str, type[StepForm]] = {
    "situation": SituationForm,
    "links": LinksForm,
    "found": FoundForm,
    "details": DetailsForm,
    "who": WhoForm,
    "age": AgeForm,
    "behalf": BehalfForm,
    "careful": CarefulForm,
    "recognisable": RecognisableForm,
    "agreed": AgreedForm,
    "private_or_secret": PrivateForm,
    "lives_in_nl": LivesForm,
    "wish": WishForm,
    "agree": AgreeForm,
    "mandate": MandateForm,
    "check": CheckForm,
}
