"""A file of addresses that were reported elsewhere comes in: once, carefully, and to its end."""

import io
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from helpline.privacy.erasure import sweep_orphan_keys
from helpline.privacy.logging import AllowlistFormatter
from helpline.privacy.models import DataKey
from helpline.privacy.vault.keys import rotate_master
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry
from intake.recipients.states import Kind as RecipientKind
from intake.removal import actions
from intake.removal.actions.clocks import keep_clocks
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.importing import Kind, import_file, storing
from intake.removal.actions.importing.preparing import Part
from intake.removal.canonical import canonicalise
from intake.removal.models import Import, Location, PictureAge, Statement
from intake.removal.queries import find_location
from intake.removal.states import RequestStatus, Work
from tests.corpora import corpus
from tests.intake.removal import factories
from tests.intake.removal.factories import register

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

HEADING = "url,age_in_picture,agreed,seen_on,declaration_version"
ADULT = "{url},adult,no,2019-05-03,2019-1"


def lines(tmp_path: Path, *rows: str, heading: str = HEADING, name: str = "year.csv") -> Path:
    file = tmp_path / name
    file.write_text("\n".join([heading, *rows] if heading else rows) + "\n", encoding="utf-8")
    return file


def adult(url: str) -> str:
    return ADULT.format(url=url)


def bring(file: Path, kind: Kind = Kind.CSV, **more: Any) -> Import:
    return import_file(service=default_service(), path=file, kind=kind, **more)


def at(url: str) -> Location:
    location = find_location(default_service(), canonicalise(url).url)
    assert location is not None
    return location


def test_a_line_becomes_a_location_with_its_address_sealed(tmp_path: Path) -> None:
    held = bring(lines(tmp_path, adult("HTTPS://Example.org:443/a?b=1")))
    assert (held.lines, held.new, held.known, held.refused) == (2, 1, 0, 0)
    assert held.finished_at is not None
    location = at("https://example.org/a?b=1")
    assert location.url == "https://example.org/a?b=1"
    assert (location.picture_age, location.work) == (PictureAge.ADULT, Work.ASK)
    statement = location.statements.get()
    assert statement.by_file
    assert (statement.agreed, str(statement.seen_on), statement.seen_precision) == (
        *("no", "2019-05-03"),
        "day",
    )
    assert statement.is_declared
    assert not statement.gives_mandate
    assert AuditEntry.objects.filter(action="import_locations").count() == 1


def test_it_is_as_one_that_was_reported_here(tmp_path: Path) -> None:
    """COPY writes what the actions write: nothing is left out or worked out differently."""
    platform = factories.recipient(suffix="example.org")
    bring(lines(tmp_path, adult("https://www.example.org/file")))
    said: dict[str, Any] = {
        "reported_by": "found",
        "age_in_picture": "adult",
        "agreed": "no",
        "seen_on": "2019-05-03",
        "seen_precision": "day",
        "declaration_version": "2019-1",
        "mandate_version": "",
    }
    by_hand = register("https://www.example.org/hand", **said).location
    actions.propose(by_hand, platform, by=factories.person())
    mine, theirs = at("https://www.example.org/file"), at("https://www.example.org/hand")
    names = ["picture_age", "work", "host_index", "domain_index", "age_assessed_by", "reopened_at"]
    for name in names:
        assert getattr(mine, name) == getattr(theirs, name), name
    for one, other in (
        (mine.statements.get(), theirs.statements.get()),
        (mine.requests.get(), theirs.requests.get()),
        (mine.events.get(), theirs.events.get()),
    ):
        moments = {"id", "at", "location_id", "request_id", "by_id", "by_file", "left_at"}
        for field in one._meta.concrete_fields:
            if field.attname not in moments and not field.attname.endswith("_at"):
                assert getattr(one, field.attname) == getattr(other, field.attname), field
    work, due_at = mine.work, mine.due_at
    actions_settle(mine)
    mine.refresh_from_db()
    assert (mine.work, mine.due_at) == (work, due_at)


def actions_settle(location: Location) -> None:
    from intake.removal.workflow import settle_locations  # noqa: PLC0415 -- only here

    settle_locations({location.pk})


@pytest.mark.parametrize("age", ["under_18", "unknown", "skipped", ""])
def test_a_possible_minor_is_asked_of_nobody_but_the_hotline(tmp_path: Path, age: str) -> None:
    factories.recipient(suffix="example.org")
    bring(lines(tmp_path, f"https://example.org/a,{age},no,,2019-1"))
    location = at("https://example.org/a")
    assert (location.picture_age, location.work) == (PictureAge.POSSIBLY_MINOR, Work.HAND_OVER)
    assert not location.requests.exists()
    assert not location.events.exists()
    hotline = factories.hotline()
    send_hand_overs()
    assert [r.recipient for r in location.requests.all()] == [hotline]


@pytest.mark.parametrize("first", ["adult", "unknown"])
@pytest.mark.parametrize("apart", [0, 2500])
def test_the_most_careful_word_counts_wherever_it_stands(
    tmp_path: Path, first: str, apart: int
) -> None:
    platform = factories.recipient(suffix="example.org")
    second = "unknown" if first == "adult" else "adult"
    between = [adult(f"https://other.test/{i}") for i in range(apart)]
    rows = [f"https://example.org/a,{age},,," for age in (first, second)]
    held = bring(lines(tmp_path, rows[0], *between, rows[1]))
    assert (held.new, held.known) == (apart + 1, 1)
    location = at("https://example.org/a")
    assert location.picture_age == PictureAge.POSSIBLY_MINOR
    assert not location.requests.exclude(status=RequestStatus.WITHDRAWN).filter(recipient=platform)
    assert location.url == "https://example.org/a"


@pytest.mark.parametrize(
    ("change", "proposed"),
    [({}, 1), ({"active": False}, 0), ({"hostile": True}, 0), ({"kind": RecipientKind.HOTLINE}, 0)],
)
def test_whom_the_directory_names_is_proposed(
    tmp_path: Path, change: dict[str, Any], proposed: int
) -> None:
    factories.recipient(**{"suffix": "example.org", **change})
    bring(lines(tmp_path, adult("https://a.b.example.org/x"), adult("https://nobody.test/")))
    location = at("https://a.b.example.org/x")
    assert location.requests.filter(status=RequestStatus.PROPOSED).count() == proposed
    assert location.work == (Work.SEND if proposed else Work.ASK)
    assert not at("https://nobody.test/").requests.exists()


def test_what_was_reported_here_before_is_heard_again(tmp_path: Path) -> None:
    platform = factories.recipient(suffix="example.org")
    by = factories.person()
    asked = register("https://example.org/a").location
    actions.propose(asked, platform, by=by)
    done = register("https://example.org/b").location
    Location.objects.filter(pk=done.pk).update(work=Work.DONE)
    held = bring(
        lines(tmp_path, "https://example.org/a,unknown,,,", adult("https://example.org/b"))
    )
    assert (held.new, held.known) == (0, 2)
    asked.refresh_from_db()
    done.refresh_from_db()
    assert asked.picture_age == PictureAge.POSSIBLY_MINOR
    assert asked.requests.get().status == RequestStatus.WITHDRAWN
    assert done.work == Work.ASK
    assert done.reopened_at is not None
    assert [s.by_file for s in done.statements.order_by("pk")] == [False, True]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = lines(tmp_path, adult("https://example.org/a"), "https://example.org/b,,,,")
    first, again = bring(file), bring(file)
    assert again == first
    copy = lines(tmp_path, adult("https://example.org/a"), name="longer.csv")
    other = bring(copy)
    assert (other.new, other.known) == (0, 1)
    assert Statement.objects.count() == Location.objects.count() == 2


def test_an_import_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    rows = [adult(f"https://example.org/{i}") for i in range(4500)]
    file = lines(tmp_path, *rows)
    stored = storing._store

    def cut(held: Import, part: Part) -> None:
        stored(held, part)
        if part.last_line > 4001:
            raise KeyboardInterrupt

    with (
        patch.object(storing, "_store", cut),
        pytest.raises(KeyboardInterrupt),
    ):
        bring(file)
    half = Import.objects.get()
    assert (half.lines, half.new, half.finished_at) == (4001, 4000, None)
    assert Location.objects.count() == 4000
    orphans = DataKey.objects.count() - 4000
    assert orphans == 500  # keys are made first; what has no row is swept

    held = bring(file)
    assert (held.pk, held.lines, held.new) == (half.pk, 4501, 4500)
    assert Location.objects.count() == Statement.objects.count() == 4500
    hour = timedelta(hours=2)
    assert sweep_orphan_keys(timezone.now() + hour) == orphans
    assert at("https://example.org/4400").url == "https://example.org/4400"


WRONG = [
    ("geen adres", "the address cannot be read"),
    ("https://10.0.0.1/a,adult,,,", "an address of a private network"),
    ("ftp://example.org/a,adult,,,", "not a web address"),
    ("https://example.org/a,volwassen,,,", "a column holds what it cannot hold"),
    ("https://example.org/a,adult,,gisteren,", "a column holds what it cannot hold"),
    ("https://example.org/a,adult,,," + "1" * 21, "a column holds what it cannot hold"),
    ("https://example.org/a,adult", "the line cannot be read"),
    ('https://example.org/a,"adult,,,', "the line cannot be read"),
    ("https://example.org/a,adult,\udcff,,", "the line cannot be read"),
    ("https://example.org/" + "a" * 70_000 + ",adult,,,", "the line cannot be read"),
    ("https://example.org/" + "a" * 5000 + ",adult,,,", "the address is too long"),
    (",adult,,,", "no address"),
]


@pytest.mark.parametrize(("row", "reason"), WRONG[1:])
def test_a_line_that_cannot_be_read_is_named_by_number_and_holds_up_no_other(
    tmp_path: Path, row: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "year.csv"
    text = "\n".join([HEADING, adult("https://good.test/1"), row, adult("https://good.test/2")])
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    told, said = io.StringIO(), io.StringIO()
    call_command("import_locations", file, workers=0, stdout=said, stderr=told)
    assert told.getvalue() == f"line 3: {reason}\n"
    assert said.getvalue() == "4 lines: 2 new, 0 known, 1 refused\n"
    assert at("https://good.test/2").url == "https://good.test/2"
    assert not [r for r in caplog.records if "example" in AllowlistFormatter().format(r)]


def test_what_is_wrong_is_written_to_a_file_if_wanted(tmp_path: Path) -> None:
    file, errors = lines(tmp_path, "ftp://a.test/,,,,"), tmp_path / "errors.txt"
    told = io.StringIO()
    call_command(
        "import_locations", file, workers=0, errors=errors, stdout=io.StringIO(), stderr=told
    )
    assert (errors.read_text(), told.getvalue()) == ("line 2: not a web address\n", "")


@pytest.mark.parametrize("heading", ["", "address", "url,name", "url,url"])
def test_a_file_with_other_columns_is_refused_whole(tmp_path: Path, heading: str) -> None:
    file = lines(tmp_path, "https://example.org/a", heading=heading or "https://example.org/")
    with pytest.raises(CommandError, match="first line must name columns"):
        call_command("import_locations", file, workers=0)
    assert not Import.objects.exists()


def test_xarf_reports_come_in_as_possible_minors(tmp_path: Path) -> None:
    reports = [
        {"category": "content", "type": "csam", "url": "https://a.test/1"},
        {"category": "content", "type": "exposed_data", "url": "https://a.test/2"},
        {"category": "content", "type": "phishing", "url": "https://a.test/3"},
        {"category": "content", "type": "csem", "url": ["https://a.test/4"]},
        "text",
    ]
    file = lines(tmp_path, *(json.dumps(r) for r in reports), "{", heading="", name="r.jsonl")
    told = io.StringIO()
    call_command("import_locations", file, workers=0, stdout=io.StringIO(), stderr=told)
    assert told.getvalue().splitlines() == [
        "line 3: a report about something else",
        "line 4: a column holds what it cannot hold",
        "line 5: the line cannot be read",
        "line 6: the line cannot be read",
    ]
    assert {at(f"https://a.test/{i}").picture_age for i in (1, 2)} == {PictureAge.POSSIBLY_MINOR}


def test_samples_of_xarf_itself_are_read(tmp_path: Path) -> None:
    samples = sorted((corpus("xarf-v4") / "samples").glob("*.json"))
    assert samples
    reports = [json.loads(sample.read_text()) for sample in samples]
    file = lines(tmp_path, *(json.dumps(r) for r in reports), heading="", name="samples.jsonl")
    held = bring(file, Kind.XARF)
    assert held.lines == len(samples)
    ours = {r["url"] for r in reports if r["type"] in ("csam", "csem", "exposed_data")}
    assert held.new == len(ours)
    assert all(at(url).is_possibly_minor for url in ours)


def test_it_goes_when_it_is_done_with(tmp_path: Path) -> None:
    """Nobody comes back to it: it is kept while something is done for it, half a year at most."""
    bring(lines(tmp_path, adult("https://example.org/a"), adult("https://example.org/b")))
    now = timezone.now()
    keep_clocks(now + timedelta(days=179))
    assert Location.objects.filter(forgotten_at=None).count() == 2
    Location.objects.filter(pk=at("https://example.org/a").pk).update(work=Work.DONE)
    keep_clocks(now + timedelta(days=1))
    assert Location.objects.filter(forgotten_at=None).count() == 1
    keep_clocks(now + timedelta(days=181))
    assert not Location.objects.filter(forgotten_at=None).exists()


def test_a_master_key_that_changes_meanwhile_opens_what_came_in(tmp_path: Path) -> None:
    bring(lines(tmp_path, adult("https://example.org/a")))
    later = timezone.now() + timedelta(hours=23)
    rotate_master(later)
    bring(lines(tmp_path, adult("https://example.org/b"), name="next.csv"))
    assert at("https://example.org/a").url == "https://example.org/a"
    assert at("https://example.org/b").url == "https://example.org/b"
