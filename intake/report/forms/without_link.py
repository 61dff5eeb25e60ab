"""What somebody fills in who has no link: an app and an account, or words in a search engine."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.report.answers import Answers
from intake.report.leads import LONGEST_NAME, LONGEST_PLACE, MAX_LEADS
from intake.report.profiles import platforms

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class WithoutLinkForm(forms.Form):
    """A place and a name in it; both are needed to find anything."""

    def __init__(self, answers: Answers, *args: Any, **kwargs: Any) -> None:
        self.answers = answers
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        if len(self.answers.leads) >= MAX_LEADS:
            raise forms.ValidationError(
                _("One report holds %(most)d of these. Put the others in a second report.")
                % {"most": MAX_LEADS}
            )
        return self.cleaned_data


class AccountForm(WithoutLinkForm):
    place = forms.CharField(
        label=_("Which app or website is it?"),
        max_length=LONGEST_PLACE,
        widget=forms.TextInput(attrs={"list": "known-platforms", **PLAIN}),
        error_messages={"required": _("Write down the name of the app or website.")},
    )
    name = forms.CharField(
        label=_("What is the name of the account that shows it?"),
        help_text=_(
            "Often with an @, below the big name. Not your own account, unless it is there."
        ),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("Write down the name of the account.")},
    )

    @property
    def known(self) -> list[str]:
        """Names to choose from while typing."""
        return [platform.name for platform in platforms()]


class SearchForm(WithoutLinkForm):
    place = forms.CharField(
        label=_("Where do you search?"),
        help_text=_("For example Google, Bing, or the search box of a site."),
        max_length=LONGEST_PLACE,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("Write down where you search.")},
    )
    name = forms.CharField(
        label=_("What do you type there to find it?"),
        help_text=_(
            "This can be your name. Only a colleague who works on your report reads it, and it never "
            "goes to anybody else."
        ),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": _("Write down what you type there.")},
    )
