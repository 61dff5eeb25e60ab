"""Whom to ask about a location, why and how."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.recipients.hosts import LONGEST_HOST, normalise_host
from intake.recipients.models import Proposal, Recipient
from intake.recipients.queries import in_use
from intake.recipients.states import Kind
from intake.removal.queries.desk import choosable_pairs


class RecipientForm(forms.Form):
    """Whom to ask, out of the recipients in use."""

    recipient = forms.ModelChoiceField(
        queryset=in_use().exclude(kind=Kind.HOTLINE),
        label=_("Somebody from the directory"),
        empty_label=_("Choose"),
    )

    def show(self, recipients: Sequence[Recipient]) -> "RecipientForm":
        """Offer these, that are at hand, so that the page asks no second time for them."""
        choices = [("", _("Choose")), *((str(one.pk), str(one)) for one in recipients)]
        self.fields["recipient"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        return self


class OriginForm(forms.Form):
    """The server behind a host, as somebody told a caseworker."""

    host = forms.CharField(
        label=_("Name or address of the server"),
        max_length=LONGEST_HOST,
        error_messages={"required": _("Write its name, or its address in numbers.")},
    )

    def clean_host(self) -> str:
        """The host, when it can be one."""
        host: str = self.cleaned_data["host"]
        if normalise_host(host) is None:
            raise forms.ValidationError(_("This is not a name or address of a server."))
        return host


class ProposalForm(forms.Form):
    """A contact that a look-up found."""

    proposal = forms.ModelChoiceField(queryset=Proposal.objects.all())


class PairForm(forms.Form):
    """Why and how to ask."""

    pair = forms.ModelChoiceField(queryset=choosable_pairs())
