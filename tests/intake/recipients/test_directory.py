"""The shipped directory, the demo's, and keeping entries in the CMS."""

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from helpline.services.models import Service
from helpline.staff.models import User
from intake.recipients.actions import confirm_entry, load_directory, retire_entry
from intake.recipients.demo import load_demo_directory
from intake.recipients.directory import entries
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.queries import hotline, recipient_for_host
from intake.recipients.states import Kind

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def person(role: str) -> User:
    user: User = User.objects.create_user(role, password="x")
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(client: Client, user: User) -> Client:
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def test_shipped_entries_each_name_a_public_source() -> None:
    shipped = entries()
    assert len(shipped) >= 60
    assert len({entry.slug for entry in shipped}) == len(shipped)
    for entry in shipped:
        assert entry.fields["source_url"].startswith("https://"), entry.slug
        assert entry.fields["source_read_on"], entry.slug
        assert bool(entry.fields["address"]) != bool(entry.fields["form_url"]), entry.slug
        Recipient(slug=entry.slug, **entry.fields).full_clean()
        for suffix in entry.domains:
            RecipientDomain(suffix=suffix).clean()


def test_load_directory_comes_in_switched_off() -> None:
    added, renewed = load_directory()
    assert (added, renewed) == (len(entries()), 0)
    assert not Recipient.objects.filter(active=True).exists()
    assert not Recipient.objects.filter(verified_at__isnull=False).exists()
    assert recipient_for_host("www.facebook.com") is None


def test_load_directory_twice_changes_nothing() -> None:
    load_directory()
    before = list(Recipient.objects.order_by("pk").values())
    assert load_directory() == (0, 0)
    assert list(Recipient.objects.order_by("pk").values()) == before


def test_load_directory_keeps_what_people_did(monkeypatch: pytest.MonkeyPatch) -> None:
    load_directory()
    edited = Recipient.objects.get(slug="discord")
    edited.notes = "ours"
    edited.save()
    confirm_entry(Recipient.objects.get(slug="x"), by=person("administrator"))
    given_away = RecipientDomain.objects.get(suffix="instagram.com")
    given_away.recipient = edited
    given_away.save()
    later = [
        type(entry)(
            entry.slug,
            {**entry.fields, "form_url": "https://example.org/new", "address": ""},
            entry.domains,
        )
        for entry in entries()
    ]
    monkeypatch.setattr("intake.recipients.actions.directory.entries", lambda: later)
    added, renewed = load_directory()
    assert added == 0
    assert renewed == len(later) - 3
    for slug in ("discord", "x", "instagram"):
        assert Recipient.objects.get(slug=slug).form_url != "https://example.org/new"
    assert Recipient.objects.get(slug="tiktok").form_url == "https://example.org/new"
    given_away.refresh_from_db()
    assert given_away.recipient == edited


def test_load_demo_directory_answers_for_reserved_domains_only() -> None:
    call_command("load_demo_directory", verbosity=0)
    assert load_demo_directory() == 0
    platform = recipient_for_host("pictures.example.org")
    assert platform is not None
    assert platform.demo
    assert platform.address == "abuse@platform.test"
    service = Service.objects.order_by("slug").first() or Service.objects.create(slug="one")
    demo_hotline = hotline(service)
    assert demo_hotline is not None
    assert demo_hotline.address == "hotline@hotline.test"
    reserved = (".test", "example.org", "example.com", "example.net")
    for recipient in Recipient.objects.filter(demo=True):
        assert not recipient.address or recipient.address.endswith(reserved)
        for domain in recipient.domains.all():
            assert domain.suffix.endswith(reserved)


def test_load_demo_directory_refuses_production(settings: Settings) -> None:
    settings.HELPLINE_DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo_directory")


def test_confirm_entry_is_for_administrators() -> None:
    load_directory()
    entry = Recipient.objects.get(slug="discord")
    with pytest.raises(PermissionDenied):
        confirm_entry(entry, by=person("editor"))
    administrator = person("administrator")
    confirm_entry(entry, by=administrator)
    entry.refresh_from_db()
    assert (entry.active, entry.verified_by) == (True, administrator)
    assert recipient_for_host("cdn.discord.com") == entry
    retire_entry(entry, by=administrator)
    assert recipient_for_host("cdn.discord.com") is None


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "A platform",
        "kind": Kind.PLATFORM,
        "service": "",
        "domain_lines": "Example.ORG.\n\nphotos.example.net\nexample.org",
        "channel": "mail",
        "address": "abuse@platform.test",
        "form_url": "",
        "deep_link": "",
        "language": "en",
        "languages": "nl en",
        "country": "NL",
        "time_zone": "Europe/Amsterdam",
        "office_days": "12345",
        "opens_at": "09:00",
        "closes_at": "17:30",
        "trusted_flagger": "offered",
        "deadline_hours": "48",
        "needs": "One report for each picture.",
        "answers_200_when_gone": "on",
        "notes": "",
        "source_url": "",
        "source_date": "",
        "source_read_on": "",
        **changes,
    }


def where(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_recipients_recipient:{name}", args=args)


def test_cms_editor_adds_an_entry_that_stays_off(client: Client) -> None:
    signed_in(client, person("editor"))
    response = client.post(where("add"), form(confirmed="on"))
    assert response.status_code == 302, response.context["form"].errors
    entry = Recipient.objects.get(name="A platform")
    assert (entry.active, entry.verified_at) == (False, None)
    assert (entry.opens_at, entry.closes_at) == (time(9), time(17, 30))
    assert (entry.deadline_hours, entry.answers_200_when_gone) == (48, True)
    assert [domain.suffix for domain in entry.domains.all()] == [
        "example.org",
        "photos.example.net",
    ]


def test_cms_administrator_confirms_and_editor_unsettles_it(client: Client) -> None:
    administrator = person("administrator")
    signed_in(client, administrator)
    client.post(where("add"), form())
    entry = Recipient.objects.get(name="A platform")
    client.post(where("edit", entry.pk), form(confirmed="on"))
    entry.refresh_from_db()
    assert (entry.active, entry.verified_by) == (True, administrator)

    editors = signed_in(Client(), person("editor"))
    editors.post(where("edit", entry.pk), form(notes="Answers within a day."))
    entry.refresh_from_db()
    assert entry.active
    assert entry.notes == "Answers within a day."
    editors.post(where("edit", entry.pk), form(notes="Answers within a day.", office_days="1"))
    entry.refresh_from_db()
    assert (entry.active, entry.office_days) == (True, "1")
    editors.post(where("edit", entry.pk), form(address="elsewhere@platform.test"))
    entry.refresh_from_db()
    assert (entry.active, entry.verified_at) == (False, None)


@pytest.mark.parametrize(
    "change",
    [
        {"address": ""},
        {"channel": "form"},
        {"address": "abuse@münchen.example"},
        {"domain_lines": "co.uk"},
        {"domain_lines": "not a domain"},
        {"domain_lines": "taken.example"},
        {"form_url": "javascript:alert(1)"},
        {"deep_link": "javascript:alert(1)"},
        {"languages": "Dutch"},
        {"country": "Netherlands"},
        {"time_zone": "Europe/Nowhere"},
        {"time_zone": ""},
        {"office_days": "54321"},
        {"office_days": "8"},
        {"closes_at": ""},
        {"closes_at": "08:00"},
        {"deadline_hours": "0"},
        {"trusted_flagger": "always"},
        {"needs": "x" * 1001},
        {"name": ""},
        {"notes": "x" * 5000},
    ],
)
def test_cms_refuses_what_leads_nowhere(client: Client, change: dict[str, str]) -> None:
    other = Recipient.objects.create(name="Other", kind=Kind.PLATFORM, address="a@b.test")
    RecipientDomain.objects.create(recipient=other, suffix="taken.example")
    signed_in(client, person("administrator"))
    response = client.post(where("add"), form(**change))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Recipient.objects.filter(address="abuse@platform.test").exists()


@pytest.mark.parametrize("role", ["counsellor", "caseworker", "supervisor"])
def test_cms_directory_is_closed_to_other_roles(client: Client, role: str) -> None:
    signed_in(client, person(role))
    for url in (where("list"), where("add")):
        assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_cms_lists_searches_and_exports(client: Client, role: str) -> None:
    load_directory()
    signed_in(client, person(role))
    page = client.get(where("list"), {"q": "pornhub.com"})
    assert page.status_code == 200
    assert b"Pornhub" in page.content
    assert b"Hetzner" not in page.content
    export = client.get(where("list"), {"export": "csv"})
    assert b"Hetzner" in b"".join(export.streaming_content)  # type: ignore[attr-defined]  # -- a streaming response


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_cms_deletes_no_recipient(client: Client, role: str) -> None:
    """Not one, nor several, nor all: not even by who may do everything, and used or not."""
    load_demo_directory()
    user = person(role)
    user.is_superuser = True
    user.save()
    signed_in(client, user)
    kept = set(Recipient.objects.values_list("pk", flat=True))
    one, other, *_more = sorted(kept)
    several = reverse("wagtail_bulk_action", args=("recipients", "recipient", "delete"))
    for url in (
        reverse("wagtailsnippets_recipients_recipient:delete", args=[one]),
        f"{several}?id={one}&id={other}",
        f"{several}?id=all",
    ):
        assert client.get(url).status_code in (302, 403)
        assert client.post(url).status_code in (302, 403)
        assert set(Recipient.objects.values_list("pk", flat=True)) == kept
    page = client.get(reverse("wagtailsnippets_recipients_recipient:edit", args=[one]))
    assert page.status_code == 200
    assert "/delete/" not in page.content.decode()
    assert client.get(reverse("wagtailsnippets_recipients_recipient:add")).status_code == 200
