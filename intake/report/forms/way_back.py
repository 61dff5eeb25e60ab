"""The forms of the status page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpline.privacy.code_input import CodeInput
from intake.report.declarations import DECLARATION_VERSION
from intake.report.forms.base import ReasonedForm
from intake.report.forms.questions import mandate_question


class CodeForm(forms.Form):
    """The return code, as somebody types it."""

    code = forms.CharField(
        label=_("Your return code"),
        help_text=_("Sixteen letters and digits. Small letters, spaces and dashes do not matter."),
        required=False,
        max_length=200,
        widget=CodeInput(20),
    )


class GoAheadForm(ReasonedForm):
    """The declaration of somebody who waited and now wants us to ask.

    And the mandate, in the version that fits who reports, when they can give one.
    """

    declared = forms.MultipleChoiceField(
        choices=[(DECLARATION_VERSION, _("Yes, I declare this"))],
        label=_("Your declaration"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("The law wants this declaration with every request. Tick it if it is so.")
        },
    )

    def __init__(self, data: Any = None, *, mandate: str) -> None:
        super().__init__(data)
        if mandate:
            self.fields["mandate"] = mandate_question(mandate)


class EraseForm(forms.Form):
    """Whether removal goes on when the report is erased. Asked, never assumed."""

    STOP = "stop"
    GO_ON = "go-on"
    removal = forms.ChoiceField(
        label=_("Do we also stop with the removal?"),
        choices=[
            (STOP, _("Yes, stop with everything")),
            (GO_ON, _("No, go on with the removal without me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether we also stop with the removal.")},
    )
