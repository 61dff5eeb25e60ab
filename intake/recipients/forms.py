"""The form of a directory entry in the CMS."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from helpline.staff.models import User
from intake.recipients.actions import keep_entry
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.permissions import confirm_entries

MOST_DOMAINS = 200


class RecipientForm(WagtailAdminModelForm):
    """Everything about a recipient, with its domains as lines and an administrator's word."""

    domain_lines = forms.CharField(
        label=_("Domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on a line. Everything under a domain belongs to it too."),
    )
    confirmed = forms.BooleanField(
        label=_("Checked, and in use"),
        required=False,
        help_text=_(
            "Only an administrator can say this. When somebody else changes where notices go, an"
            " administrator has to look again."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipient = self.instance
        self.fields["domain_lines"].initial = ""
        if recipient.pk is not None:
            held = recipient.domains.values_list("suffix", flat=True)
            self.fields["domain_lines"].initial = "\n".join(held)
            self.fields["confirmed"].initial = recipient.active
        if self.for_user is None or not confirm_entries(self.for_user):
            self.fields["confirmed"].disabled = True

    def clean_domain_lines(self) -> str:
        """The domains as lines, each one once and as it is kept."""
        lines = [line.strip() for line in self.cleaned_data["domain_lines"].splitlines()]
        suffixes: dict[str, None] = {}
        for line in filter(None, lines):
            domain = RecipientDomain(suffix=line)
            try:
                domain.clean()
            except ValidationError as error:
                raise ValidationError([f"{line}: {text}" for text in error.messages]) from None
            suffixes[domain.suffix] = None
        if len(suffixes) > MOST_DOMAINS:
            raise ValidationError(_("These are too many domains for one recipient."))
        taken = (
            RecipientDomain.objects.filter(suffix__in=suffixes)
            .exclude(recipient=self.instance.pk)
            .select_related("recipient")
        )
        if taken:
            raise ValidationError(
                [
                    _("%(domain)s belongs to %(name)s.")
                    % {"domain": domain.suffix, "name": domain.recipient.name}
                    for domain in taken
                ]
            )
        return "\n".join(suffixes)

    def save(self, commit: bool = True) -> Recipient:
        """Store the entry. Wagtail never asks for one that is not stored."""
        recipient = cast(Recipient, super().save(commit=False))
        domains = self.cleaned_data["domain_lines"].splitlines()
        changed = set(self.changed_data)
        # Browsers send other line ends than we show, which is no change.
        if set(domains) != set(self.fields["domain_lines"].initial.splitlines()):
            changed.add("domains")
        keep_entry(
            recipient,
            domains=domains,
            confirmed=self.cleaned_data["confirmed"],
            changed=changed,
            by=cast(User, self.for_user),
        )
        return recipient
