"""The directory: loaded as shipped or from a file, kept by editors, confirmed by administrators."""

import json
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from helpline.services.models import Service
from helpline.staff.models import User
from intake.recipients.directory import Entry, entries
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.permissions import (
    check_confirm_entries,
    check_edit_entries,
    confirm_entries,
)

ROUTE_FIELDS = {
    *("kind", "service", "channel", "address", "form_url", "deep_link", "hostile", "domains"),
    "connection",
}


@transaction.atomic
def load_directory(from_file: Sequence[Entry] | None = None) -> tuple[int, int]:
    """Add shipped recipients that are missing and renew those that nobody touched.

    With ``from_file`` the entries of another site's directory. They come in switched off. What a
    person confirmed or edited stays as it is. Returns how many were added and how many renewed.
    Raises ValidationError, naming the entry, and then nothing is loaded.
    """
    added = renewed = 0
    for entry in entries() if from_file is None else from_file:
        as_shipped = json.loads(
            json.dumps([entry.fields, entry.domains], cls=DjangoJSONEncoder, sort_keys=True)
        )
        held = Recipient.objects.filter(slug=entry.slug).first() or _of_their_own(entry)
        if held is None:
            held = Recipient(slug=entry.slug)
            added += 1
        elif held.slug is None or held.confirmed or held.shipped == as_shipped or _touched(held):
            continue
        else:
            renewed += 1
        for name, value in entry.fields.items():
            setattr(held, name, value)
        held.service = _service_of(entry)
        held.shipped = as_shipped
        if from_file is not None:
            _check(entry, held)
        held.save()
        held.domains.exclude(suffix__in=entry.domains).delete()
        for suffix in entry.domains:
            # A domain that an editor gave to another recipient stays with that one.
            RecipientDomain.objects.get_or_create(suffix=suffix, defaults={"recipient": held})
    return added, renewed


def _of_their_own(entry: Entry) -> Recipient | None:
    """What somebody here entered by hand and a file now brings back."""
    return Recipient.objects.filter(
        slug=None, name=entry.fields["name"], kind=entry.fields["kind"]
    ).first()


def _service_of(entry: Entry) -> Service | None:
    if not entry.service:
        return None
    service = Service.objects.filter(slug=entry.service).first()
    if service is None:
        raise ValidationError(f"{entry.slug}: there is no service {entry.service} here")
    return service


def _check(entry: Entry, held: Recipient) -> None:
    try:
        held.full_clean(exclude=["shipped"], validate_constraints=False)
        for suffix in entry.domains:
            RecipientDomain(suffix=suffix).clean()
    except ValidationError as error:
        raise ValidationError([f"{entry.slug}: {text}" for text in error.messages]) from None


def _touched(held: Recipient) -> bool:
    """Whether a shipped entry is no longer what it was when it was loaded."""
    fields, domains = held.shipped
    now = {name: getattr(held, name) for name in fields}
    there = sorted(held.domains.values_list("suffix", flat=True))
    return bool(json.loads(json.dumps([now, there], cls=DjangoJSONEncoder)) != [fields, domains])


@transaction.atomic
def keep_entry(
    recipient: Recipient, *, domains: list[str], confirmed: bool, changed: set[str], by: User
) -> None:
    """Store an entry of the directory as somebody edited it.

    Only an administrator's word puts it in use. When anyone else changes where notices go, it is
    out of use until an administrator has looked.
    """
    check_edit_entries(by)
    if confirm_entries(by):
        recipient.active = confirmed
        if confirmed and (changed & ROUTE_FIELDS or not recipient.confirmed):
            recipient.verified_at, recipient.verified_by = timezone.now(), by
    elif changed & ROUTE_FIELDS:
        recipient.active = False
        recipient.verified_at = recipient.verified_by = None
    recipient.save()
    recipient.domains.exclude(suffix__in=domains).delete()
    for suffix in domains:
        RecipientDomain.objects.get_or_create(suffix=suffix, defaults={"recipient": recipient})


def confirm_entry(recipient: Recipient, *, by: User) -> None:
    """Say that an entry of the directory is right, and put it in use."""
    check_confirm_entries(by)
    recipient.full_clean()
    Recipient.objects.filter(pk=recipient.pk).update(
        active=True, verified_at=timezone.now(), verified_by=by
    )


def retire_entry(recipient: Recipient, *, by: User) -> None:
    """Take an entry out of use. What has left stays as it was; what waits does not go."""
    check_confirm_entries(by)
    Recipient.objects.filter(pk=recipient.pk).update(active=False)
