"""The directory as a file that leaves the house and comes back the same."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry
from intake.recipients.actions import load_directory
from intake.recipients.directory import entries
from intake.recipients.directory.as_file import as_csv, as_toml, read
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.queries import for_export
from intake.recipients.states import Channel, Kind
from tests.intake.recipients.test_directory import person, signed_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

WRITERS: dict[str, Callable[[Any], str]] = {"toml": as_toml, "csv": as_csv}
AWKWARD = '=1+1 "quoted" \\ back\r\nsecond, line\t\x7f é 🙂 \''
ENTRY = '[[recipient]]\nslug = "a"\nname = "A"\nkind = "host"\naddress = "a@b.test"\n'


def add_own() -> Recipient:
    own = Recipient.objects.create(
        name="Own host",
        kind=Kind.HOST,
        service=default_service(),
        channel=Channel.FORM,
        address="abuse@host.test",
        form_url="https://host.test/about-abuse",
        deep_link="https://host.test/form?to=abuse",
        connection="partner",
        language="nl",
        languages="nl en",
        country="NL",
        time_zone="Europe/Amsterdam",
        office_days="12345",
        opens_at=time(9),
        closes_at=time(17, 30),
        trusted_flagger="accepted",
        deadline_hours=24,
        needs=AWKWARD,
        answers_200_when_gone=True,
        xarf=True,
        hostile=True,
        notes="'" + AWKWARD,
        source_url="https://host.test/",
        source_date=date(2026, 1, 2),
        source_read_on=date(2026, 3, 4),
        active=True,
        verified_at=timezone.now(),
    )
    RecipientDomain.objects.create(recipient=own, suffix="host.test")
    RecipientDomain.objects.create(recipient=own, suffix="host.example")
    return own


def as_kept() -> list[dict[str, Any]]:
    leave_out = ("id", "shipped", "active", "verified_at", "verified_by_id")
    return [
        {name: value for name, value in row.items() if name not in leave_out}
        | {
            "domains": sorted(
                RecipientDomain.objects.filter(recipient=row["id"]).values_list("suffix", flat=True)
            )
        }
        for row in Recipient.objects.order_by("name", "slug").values()
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_directory_goes_out_and_comes_back_the_same(kind: str) -> None:
    load_directory()
    own = add_own()
    text = WRITERS[kind](for_export())
    Recipient.objects.filter(pk=own.pk).update(slug="own-host")
    before = as_kept()
    Recipient.objects.all().delete()
    assert load_directory(read(text, kind=kind)) == (len(entries()) + 1, 0)
    assert as_kept() == before
    assert not Recipient.objects.filter(active=True).exists()
    assert not Recipient.objects.filter(verified_at__isnull=False).exists()


@pytest.mark.parametrize("kind", WRITERS)
def test_own_file_loaded_again_changes_nothing(kind: str) -> None:
    load_directory()
    add_own()
    before = list(Recipient.objects.order_by("pk").values())
    assert load_directory(read(WRITERS[kind](for_export()), kind=kind)) == (0, 0)
    assert list(Recipient.objects.order_by("pk").values()) == before


def test_two_of_one_name_get_slugs_of_their_own() -> None:
    for _ in range(2):
        Recipient.objects.create(name="Same", kind=Kind.HOST, address="a@host.test")
    assert [entry.slug for entry in read(as_csv(for_export()), kind="csv")] == ["same", "same-2"]


def test_csv_holds_no_formula() -> None:
    Recipient.objects.create(name="=cmd|'/c calc'!A1", kind=Kind.HOST, address="a@host.test")
    assert ",'=cmd" in as_csv(for_export())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "not toml"),
        ("a.toml", ""),
        ("a.toml", '[[recipient]]\nslug = "a"\n'),
        ("a.toml", 'recipient = "x"\n'),
        (
            "a.toml",
            '[[recipient]]\nslug = "a"\nname = "A"\nkind = "host"\naddress = "no"\nsource = ""\n',
        ),
        (
            "a.toml",
            '[[recipient]]\nslug = "a"\nname = "A"\nkind = "sheriff"\naddress = "a@b.test"\n',
        ),
        (
            "a.toml",
            '[[recipient]]\nslug = "a"\nname = "A"\nkind = "host"\naddress = "a@b.test"\n'
            'domains = ["co.uk"]\n',
        ),
        (
            "a.toml",
            '[[recipient]]\nslug = "a"\nname = "A"\nkind = "host"\naddress = "a@b.test"\n'
            'service = "elsewhere"\n',
        ),
        ("a.csv", "slug,name\na,b\n"),
        ("a.txt", ""),
        ("missing.toml", None),
        ("a.toml", "\x89PNG\udcff\udcfe"),
        ("a.csv", "\udcff\udcfe" + "slug,name"),
        ("a.toml", f"{ENTRY}deadline_hours = 'soon'\n"),
        ("a.toml", f"{ENTRY}domains = 3\n"),
    ],
)
def test_load_directory_refuses_a_file_that_is_none(
    tmp_path: Path, name: str, text: str | None
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, errors="surrogateescape")
    with pytest.raises(CommandError):
        call_command("load_directory", str(path), verbosity=0)
    assert not Recipient.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "slug,name".encode("utf-16"), "UTF-8"),
        ("a.toml", b"", "recipient is missing"),
        ("a.toml", b"recipient = 3", "not those of a directory"),
    ],
)
def test_load_directory_says_what_is_wrong_with_a_file(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("load_directory", str(tmp_path / name), verbosity=0)


def test_load_directory_takes_a_file(tmp_path: Path) -> None:
    add_own()
    path = tmp_path / "directory.csv"
    path.write_text(as_csv(for_export()), newline="")
    Recipient.objects.all().delete()
    call_command("load_directory", str(path), verbosity=0)
    assert Recipient.objects.get().notes == "'" + AWKWARD


@pytest.mark.parametrize("kind", WRITERS)
def test_export_is_for_administrators_and_on_record(client: Client, kind: str) -> None:
    add_own()
    url = reverse("recipients_export", args=[kind])
    listed = reverse("wagtailsnippets_recipients_recipient:list")
    editors = signed_in(Client(), person("editor"))
    assert editors.get(url).status_code in (302, 403)
    assert url not in editors.get(listed).content.decode()
    assert not AuditEntry.objects.exists()
    signed_in(client, person("administrator"))
    assert url in client.get(listed).content.decode()
    answer = client.get(url)
    assert answer.status_code == 200
    assert [entry.slug for entry in read(answer.content.decode("utf-8-sig"), kind=kind)] == [
        "own-host"
    ]
    assert f"recipients.{kind}" in answer["Content-Disposition"]
    assert AuditEntry.objects.get().action == "export_directory"
