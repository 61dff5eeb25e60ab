"""What somebody knows about each link: what it leads to, when they saw it, whose account it is on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.removal.models import PageKind
from intake.report.details import LONGEST_ACCOUNT, SEEN
from intake.report.fields import mark_of
from intake.report.forms.base import StepForm
from intake.report.links import FoundLink
from intake.report.moments import LONGEST, NotAMoment, read_moment

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
KINDS = [
    ("", PageKind.SKIPPED.label),
    *((value, label) for value, label in PageKind.choices if value != PageKind.SKIPPED),
]


class SeenField(forms.CharField):
    """A day or a month, in whatever way somebody writes it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"class": "govuk-input--width-20", **PLAIN})
        )
        super().__init__(required=False, max_length=LONGEST, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            read_moment(text, today=timezone.localdate())
        except NotAMoment:
            raise forms.ValidationError(
                _(
                    "We cannot read this as a day or a month that has been. Write it as 3-11-2026 "
                    "or 11-2026, or leave it open."
                )
            ) from None
        return text


class Row(NamedTuple):
    """The questions about one link."""

    link: FoundLink
    fields: list[BoundField]
    is_open: bool  # something is answered or wrong


class DetailsForm(StepForm):
    """The same three small questions for each link, and one answer for all. All may stay open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        details = self.answers.details
        self.several = len(self.answers.links) > 1
        if self.several:
            self.fields[SEEN] = SeenField(
                label=_("When did you see them?"),
                help_text=_(
                    "A day or a month, such as 3-11-2026 or 11-2026. If you do not know, leave it "
                    "open or write a question mark."
                ),
            )
            self.initial[SEEN] = details.seen
        for link in self.answers.links:
            mark = mark_of(link)
            said = details.of(mark)
            self.fields[f"kind-{mark}"] = forms.ChoiceField(
                label=_("What does this link lead to?"), choices=KINDS, required=False
            )
            self.fields[f"seen-{mark}"] = SeenField(
                label=_("When did you see it?"),
                help_text=""
                if self.several
                else _(
                    "A day or a month, such as 3-11-2026 or 11-2026. If you do not know, leave it "
                    "open or write a question mark."
                ),
            )
            self.fields[f"account-{mark}"] = forms.CharField(
                label=_("On whose account is it?"),
                help_text=_("The name of the account, often with an @. Not your own name."),
                required=False,
                max_length=LONGEST_ACCOUNT,
                widget=forms.TextInput(attrs=PLAIN),
            )
            self.initial[f"kind-{mark}"] = said.kind
            self.initial[f"seen-{mark}"] = said.seen
            self.initial[f"account-{mark}"] = said.account

    def rows(self) -> Iterator[Row]:
        """The links, each with its questions."""
        for link in self.answers.links:
            mark = mark_of(link)
            fields = [self[f"{name}-{mark}"] for name in ("kind", "seen", "account")]
            wrong = any(field.errors for field in fields)
            yield Row(link, fields, wrong or bool(self.answers.details.of(mark)))
