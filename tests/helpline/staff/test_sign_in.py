"""Staff come in with two factors, or not at all."""

import re
import time
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.staff import second_factor
from helpline.staff.models import AuditEntry, User
from helpline.staff.permissions import verified_user

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

PASSWORD = "correct horse battery"
STAFF_PREFIXES = ("console/", "cms/")
OPEN = {
    "console/sign-in/",
    "console/sign-in/code/",
    "console/enrol/",
    "console/join/<str:token>/",
    "console/sign-out/",
}


@pytest.fixture
def user() -> User:
    user = User.objects.create_user("noor", password=PASSWORD)
    user.groups.set([Group.objects.get(name="caseworker")])
    return user


@pytest.fixture
def device(user: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, name="phone", confirmed=True, tolerance=0)


def code_of(user: User) -> str:
    code = second_factor.current_code(user)
    assert code is not None
    return code


def with_password(client: Client) -> Any:
    return client.post("/console/sign-in/", {"username": "noor", "password": PASSWORD})


def paths(resolver: URLResolver, prefix: str = "") -> list[str]:
    """Every path of the URLconf, with something in place of each argument."""
    found = []
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += paths(pattern, route)
        elif isinstance(pattern, URLPattern):
            found.append(route)
    return found


def example(route: str) -> str:
    """A path that a route accepts."""
    path = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", route)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<\w+:\w+>|<\w+>", "x", path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)\??", "1", path)
    path = re.sub(r"\(\?:[^)]*\)\??|\\[A-Za-z]|[\^$?]", "", path)
    return "/" + path.replace("\\", "")


def test_no_staff_page_answers_without_a_second_factor(user: User, device: TOTPDevice) -> None:
    stranger, half = Client(), Client()
    assert with_password(half).status_code == 302
    staff_paths = [
        route
        for route in paths(get_resolver())
        if route.startswith(STAFF_PREFIXES) and route not in OPEN
    ]
    assert len(staff_paths) > 100
    for route in staff_paths:
        for client in (stranger, half):
            for method in ("get", "post"):
                response = getattr(client, method)(example(route))
                assert response.status_code == 302, route
                assert response["Location"].startswith("/console/sign-in/"), route


def test_every_path_outside_staff_is_known_to_be_public() -> None:
    public = (
        "",
        "answer/",
        "documents/",
        "health/",
        "leave/",
        "media/",
        "offline/",
        "robots.txt",
        "sitemap.xml",
        "favicon.ico",
        "nl/",
        "en/",
    )
    first = {route.split("/")[0] for route in paths(get_resolver())}
    allowed = {p.strip("/").split("/")[0] for p in (*public, *STAFF_PREFIXES)}
    assert first <= allowed


def test_sign_in_asks_both_and_opens_the_console(user: User, device: TOTPDevice) -> None:
    client = Client()
    response = with_password(client)
    assert response["Location"] == "/console/sign-in/code/"
    response = client.post("/console/sign-in/code/", {"code": code_of(user)})
    assert response["Location"] == "/console/"
    assert AuditEntry.objects.get().action == "sign_in"
    assert client.get("/console/")["Location"] != "/console/sign-in/"


def test_sign_in_returns_to_the_page_that_was_asked_and_to_no_other_site(
    user: User, device: TOTPDevice
) -> None:
    client = Client()
    response = client.post(
        "/console/sign-in/?next=/console/desk/", {"username": "noor", "password": PASSWORD}
    )
    assert response["Location"] == "/console/sign-in/code/?next=/console/desk/"
    response = client.post(
        "/console/sign-in/code/?next=https://evil.example/", {"code": code_of(user)}
    )
    assert response["Location"] == "/console/"


def test_a_code_works_once(user: User, device: TOTPDevice) -> None:
    code = code_of(user)
    assert second_factor.verify(user, code) == device
    assert second_factor.verify(user, code) is None


def test_a_code_of_the_step_before_is_refused(user: User, device: TOTPDevice) -> None:
    with time_machine.travel(time.time() - 31):
        old = code_of(user)
    assert second_factor.verify(user, old) is None


def test_wrong_password_or_code_says_so(user: User, device: TOTPDevice) -> None:
    client = Client()
    response = client.post("/console/sign-in/", {"username": "noor", "password": "wrong"})
    assert response.status_code == 422
    with_password(client)
    response = client.post("/console/sign-in/code/", {"code": "000000"})
    assert response.status_code == 422


def test_who_has_a_device_cannot_be_given_another_by_who_has_only_the_password(
    user: User, device: TOTPDevice
) -> None:
    thief = Client()
    with_password(thief)
    assert thief.get("/console/enrol/")["Location"] == "/console/sign-in/code/"
    assert TOTPDevice.objects.count() == 1


def test_enrolment_gives_recovery_codes_that_work_once(user: User) -> None:
    client = Client()
    with_password(client)
    assert client.get("/console/sign-in/code/")["Location"] == "/console/enrol/"
    page = client.get("/console/enrol/").content.decode()
    assert "data:image/svg+xml" in page
    pending = TOTPDevice.objects.get()
    TOTPDevice.objects.update(confirmed=True)
    code = code_of(user)
    TOTPDevice.objects.update(confirmed=False)
    response = client.post("/console/enrol/", {"code": code})
    assert response.status_code == 200
    tokens = re.findall(r"<code>([a-z2-7]+)</code>", response.content.decode())
    assert len(set(tokens)) == 10
    pending.refresh_from_db()
    assert pending.confirmed

    other = Client()
    with_password(other)
    assert other.post("/console/sign-in/code/", {"code": tokens[0].upper()}).status_code == 302
    again = Client()
    with_password(again)
    assert again.post("/console/sign-in/code/", {"code": tokens[0]}).status_code == 422


def test_recovery_codes_cannot_be_read_from_the_database(user: User) -> None:
    codes = second_factor.new_recovery_codes(user)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == len(codes) == 10
    assert stored.isdisjoint(codes)
    # What a thief of the database holds opens nothing, and another's code neither.
    assert second_factor.verify(user, stored.pop()) is None


def test_a_recovery_code_is_good_for_one_person(user: User) -> None:
    other = User.objects.create_user("merel", password=PASSWORD)
    [code, *_] = second_factor.new_recovery_codes(user)
    second_factor.new_recovery_codes(other)
    assert second_factor.verify(other, code) is None
    assert second_factor.verify(user, code) == StaticDevice.objects.get(user=user)


def test_recovery_codes_from_before_they_were_hashed_still_work(user: User) -> None:
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    for code in ("abcdefgh", "ijklmnop"):
        StaticToken.objects.create(device=device, token=code)
    migration = import_module("helpline.staff.migrations.0003_hash_recovery_codes")
    migration.hash_codes(apps, None)
    migration.hash_codes(apps, None)  # a second time changes nothing
    assert not StaticToken.objects.filter(token__in=["abcdefgh", "ijklmnop"]).exists()
    assert second_factor.verify(user, "ABCD-EFGH") == device
    assert second_factor.verify(user, "abcdefgh") is None


def test_a_socket_knows_only_who_is_verified(user: User, device: TOTPDevice) -> None:
    client = Client()

    def behind_socket() -> User | None:
        cookie = "; ".join(f"{name}={m.value}" for name, m in client.cookies.items())
        return verified_user({"headers": [(b"cookie", cookie.encode())]})

    assert behind_socket() is None
    with_password(client)
    assert behind_socket() is None
    client.post("/console/sign-in/code/", {"code": code_of(user)})
    assert behind_socket() == user
    User.objects.update(is_active=False)
    assert behind_socket() is None
    User.objects.update(is_active=True)
    user.set_password("another password")
    user.save()
    assert behind_socket() is None


def test_demo_accounts_are_made_once_and_their_codes_printed(capsys: Any) -> None:
    call_command("load_demo_staff")
    call_command("load_demo_staff")
    assert User.objects.filter(username__startswith="demo-").count() == 6
    call_command("code", "demo-counsellor")
    assert re.fullmatch(r"\d{6}\n", capsys.readouterr().out)
