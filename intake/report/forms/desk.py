"""What a caseworker fills in about something that was told without a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.canonical import CanonicalURL, NotAnAddress
from intake.report.actions import address_in
from intake.report.wording import REASONS


class HotlineForm(forms.Form):
    """What the hotline calls what a caseworker gave them."""

    reference = forms.CharField(
        label=_("Their number for it"),
        help_text=_("The reporter sees it on the status page. Leave it open if they gave none."),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class LeadForm(forms.Form):
    """The address that a caseworker found."""

    address = forms.CharField(
        label=_("The address of the profile or page"),
        help_text=_(
            "Nobody is asked before the reporter has seen it and says that it is the right one."
        ),
        max_length=2000,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Fill in the address, or say that you found none.")},
    )

    def clean_address(self) -> CanonicalURL:
        try:
            return address_in(self.cleaned_data["address"])
        except NotAnAddress as error:
            raise forms.ValidationError(str(REASONS[error.reason])) from None
