"""Locations, recipients and people for the tests of removal."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.states import Kind
from intake.removal.actions import StatementFacts, register_statement
from intake.removal.canonical import canonicalise
from intake.removal.models import Statement

ADULT = StatementFacts(
    age_in_picture="adult",
    agreed="no",
    reported_by="self",
    declaration_version="2026-1",
    mandate_version="2026-1",
)
MINOR = replace(ADULT, age_in_picture="under_18")
URL = "https://example.org/photos/7"


def register(url: str = URL, facts: StatementFacts = ADULT, **changes: Any) -> Statement:
    return register_statement(
        service=default_service(), url=canonicalise(url), facts=replace(facts, **changes)
    )


def recipient(kind: str = Kind.PLATFORM, suffix: str = "", **changes: Any) -> Recipient:
    values: dict[str, Any] = {
        "name": "Example photos",
        "kind": kind,
        "address": "abuse@platform.test",
        "language": "en",
        "active": True,
        "verified_at": timezone.now(),
        **changes,
    }
    made = Recipient.objects.create(**values)
    if suffix:
        RecipientDomain.objects.create(recipient=made, suffix=suffix)
    return made


def hotline(**changes: Any) -> Recipient:
    return recipient(
        Kind.HOTLINE, **{"name": "The hotline", "address": "in@hotline.test", **changes}
    )


def person(name: str = "kim", role: str = "caseworker", service: Service | None = None) -> User:
    user = User.objects.create_user(name, password="correct horse battery")
    user.groups.set([Group.objects.get(name=role)])
    Membership.objects.create(user=user, service=service or default_service())
    return user
