"""What a person says before a page is looked at again."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SwitchOnForm(forms.Form):
    """That the page is for everybody, and looking changes nothing."""

    public = forms.BooleanField(
        label=_("Anybody can open this page, without signing in, and as often as they like."),
        error_messages={
            "required": _("Only a page that anybody can open, as often as they like, is looked at.")
        },
    )
