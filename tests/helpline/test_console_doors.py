"""Every page under /console/, by everybody: who gets in, and who never does.

The pages are the URLconf's own. One that is added there and not judged here fails.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User
from helpline.staff.permissions import ROLES
from tests.helpline.staff.conftest import client_of
from tests.signed_in import session_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

DESK = {"counsellor", "supervisor"}
PEOPLE = {"supervisor", "administrator"}
# Whom a page lets in, by its name or the names of its kind.
LET_IN = {
    "chat_console:": DESK,
    "chat_console:choices": {"supervisor"},
    "plain:": DESK,
    "replies:": DESK,
    "floor:": {"supervisor"},
    "staff:home": set(ROLES),
    "staff:people": PEOPLE,
    "staff:person": PEOPLE,
    "staff:invite": PEOPLE,
    "staff:invite-again": PEOPLE,
    "staff:deactivate": PEOPLE,
    "staff:reactivate": PEOPLE,
    "staff:ask-reset": PEOPLE,
    "staff:agree-reset": PEOPLE,
    "staff:withdraw-reset": PEOPLE,
    "removal:": {"caseworker", "supervisor"},
    "removal:look-rules": {"supervisor"},
    "removal:dossier": {"supervisor"},
    "dossiers:": {"caseworker", "supervisor"},
    "talk:": {"caseworker", "supervisor"},
    "leads:": {"caseworker", "supervisor"},
    "report_phone:": {"counsellor", "caseworker", "supervisor"},
}
# To come in with, before anybody is known.
OPEN = {"staff:sign-in", "staff:code", "staff:enrol", "staff:sign-out", "staff:join"}
VALUES = {
    "slug": "helpline",
    "token": "x",
    "number": {"uuid": str(uuid.UUID(int=1)), "int": "999999"},
    "lead_id": "999999",
    "mail_id": str(uuid.UUID(int=1)),
    "stray_id": str(uuid.UUID(int=1)),
    "location_id": str(uuid.UUID(int=1)),
    "notice_id": str(uuid.UUID(int=1)),
    "note_id": "999999",
    "report_id": str(uuid.UUID(int=1)),
    "origin_id": str(uuid.UUID(int=1)),
    "request_id": "999999",
}


def walk(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Each page's name and an address of it."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            below = f"{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, route, below)
        elif isinstance(pattern, URLPattern):
            address = route
            for name, converter in pattern.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower()
                value: Any = VALUES.get(name, "x")
                value = value[kind] if isinstance(value, dict) else value
                address = address.replace(f"<{kind}:{name}>", value)
                address = address.replace(f"<str:{name}>", value)
            yield f"{space}{pattern.name}", f"/{address}"


PAGES = [
    (name, address)
    for name, address in walk(get_resolver().url_patterns)
    if address.startswith("/console/")
]


def let_in(name: str) -> set[str]:
    return LET_IN.get(name) or LET_IN[f"{name.split(':')[0]}:"]


def member(role: str, of: Service) -> User:
    user = User.objects.create_user(role, f"{role}@helpline.test", "x", work_name=role)
    user.groups.set(Group.objects.filter(name=role))
    Membership.objects.create(user=user, service=of)
    return user


def both(client: Client, address: str) -> list[Any]:
    client.raise_request_exception = False
    return [client.get(address), client.post(address)]


def test_every_page_is_judged() -> None:
    names = {name for name, _address in PAGES}
    assert {name for name in names - OPEN if name not in LET_IN} == {
        name for name in names - OPEN if name not in LET_IN and f"{name.split(':')[0]}:" in LET_IN
    }
    assert names >= OPEN
    assert len(names) > 40
    assert not any("<" in address for _name, address in PAGES)


@pytest.mark.parametrize("known", ["nobody", "one factor"])
def test_without_a_second_factor_every_page_leads_to_the_sign_in(known: str) -> None:
    client = Client()
    if known == "one factor":
        user = member("supervisor", default_service())
        client.cookies["staff"] = session_of(user, second_factor=False)
    for name, address in PAGES:
        for answer in both(client, address) if name not in OPEN else []:
            assert answer.status_code == 302, (name, answer.status_code)
            assert answer["Location"].startswith("/console/sign-in/"), name


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_its_work_is_and_nowhere_else(role: str) -> None:
    client = client_of(member(role, default_service()))
    for name, address in PAGES:
        if name in OPEN:
            continue
        for answer in both(client, address):
            assert answer.status_code < 500, (name, answer.status_code)
            if role in let_in(name):
                assert answer.status_code != 403, name
            elif answer.status_code != 405:  # which tells nothing
                assert answer.status_code == 403, (name, answer.status_code)


def test_a_supervisor_of_another_service_finds_nothing_of_this_one() -> None:
    other = Service.objects.create(slug="other", name="Other line")
    here = member("counsellor", default_service())
    client = client_of(member("supervisor", other))
    for name, address in PAGES:
        if name.startswith("floor:") and "helpline" in address:
            assert {each.status_code for each in both(client, address)} <= {404, 405}, name
        if name.startswith("staff:") and "999999" in address and "reset" not in address:
            address = address.replace("999999", str(here.pk))
            assert {each.status_code for each in both(client, address)} <= {404, 405}, name
