"""The forms around what somebody was just given: a code on paper, a word on the phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpline.privacy.code_input import CodeInput
from intake.report import codes


class LastGroupForm(forms.Form):
    """The last group of a code, typed again by who just kept it."""

    last = forms.CharField(
        label=_("What are the last four of your code?"),
        help_text=_(
            "Look at what you wrote down or saved. So you know that it is right. Small letters and "
            "spaces do not matter."
        ),
        required=False,
        max_length=200,
        widget=CodeInput(5),
    )

    def __init__(self, code: str, data: Any = None, **kwargs: Any) -> None:
        self.code = code
        super().__init__(data, **kwargs)

    def clean_last(self) -> str:
        """The whole code is as good as its end."""
        typed = codes.normalised(self.cleaned_data["last"])
        if typed not in (self.code, self.code[-codes.GROUP :]):
            raise forms.ValidationError(
                _(
                    "These are not the last four of your code. Look at what you kept, or look at "
                    "the code once more."
                )
            )
        return typed


class WordForm(forms.Form):
    """The word that a caller was told, and the number of the form it is typed in."""

    word = forms.CharField(
        label=_("The number you were told"),
        help_text=_("Ten digits. Spaces do not matter."),
        required=False,
        max_length=200,
        widget=CodeInput(10, inputmode="numeric"),
    )
    key = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
