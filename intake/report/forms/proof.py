"""What a visitor chooses about the proof of reporting."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProofForm(forms.Form):
    """Whether the addresses of the pages stand in the document: only when somebody wants that."""

    addresses = forms.BooleanField(
        label=_("Put the addresses of the pages in it"),
        help_text=_(
            "And the accounts or search words that you told. The police may ask for them. Who sees "
            "the document can then find the pages as well."
        ),
        required=False,
    )
