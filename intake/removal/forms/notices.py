"""What goes in a notice, and what became of one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.actions import HandedIn
from intake.removal.actions.receipts import LONGEST_NUMBER
from intake.removal.fields import RowsField
from intake.removal.models import RemovalRequest


class RequestsForm(forms.Form):
    """The requests that go in one notice."""

    request = RowsField(
        queryset=RemovalRequest.objects.select_related("location__service", "recipient")
        .prefetch_related("location__statements")
        .order_by("due_at", "pk"),
    )


class YesNoForm(forms.Form):
    """One of two buttons."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class ReferenceForm(forms.Form):
    """The notice that a mail belongs to."""

    reference = forms.CharField(
        label=_("Reference of the notice"), max_length=40, help_text=_("Like 1A2B-3C4D-5E6F.")
    )


class HandedInForm(forms.Form):
    """What became of a recipient's own form that a colleague filled in."""

    what = forms.ChoiceField(
        label=_("What became of it?"),
        choices=HandedIn.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one first.")},
    )
    number = forms.CharField(
        label=_("The number that they gave"),
        help_text=_("Leave it empty when they gave none."),
        max_length=LONGEST_NUMBER,
        required=False,
    )
