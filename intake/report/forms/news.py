"""Where somebody wants a mail when there is news."""

from django import forms
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from intake.report.news import is_address


class NewsForm(forms.Form):
    """One mail address, as somebody types it. What was typed stays, whatever it is."""

    address = forms.CharField(
        label=_("Your mail address"),
        help_text=_("One that only you can read. Look closely at each letter: we send no test."),
        required=False,
        widget=forms.EmailInput(
            attrs={
                "class": "govuk-input--width-20",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def clean_address(self) -> str:
        local, _at, domain = self.cleaned_data["address"].strip().rpartition("@")
        try:
            address = f"{local}@{punycode(domain)}"
        except UnicodeError:
            address = ""
        if not is_address(address):
            raise forms.ValidationError(
                _("We cannot mail to this. A mail address looks like name@example.org.")
            )
        return address
