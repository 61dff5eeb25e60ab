"""Whoever reports too fast is slowed, and nobody is refused: by forms alone, without JavaScript."""

import uuid
from importlib import import_module

import pytest
import time_machine
from django.conf import LazySettings
from django.core.signing import dumps
from django.test import Client
from django.utils.module_loading import import_string

from helpline.privacy import throttle
from helpline.worker import JOBS
from intake.removal.models import Location, Notice, RemovalRequest
from intake.report.models import Report
from intake.report.pace import strain, turns
from intake.report.pace.turns import Kind
from tests.intake.report.walk import Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

HOUR = 60 * 60


@pytest.fixture
def people(settings: LazySettings) -> LazySettings:
    """A form is open for as long as the site really asks."""
    settings.HELPLINE_REPORT_SECONDS = 5
    return settings


def at_check(client: Client, **answers: str) -> Walk:
    walk = Walk(client)
    walk.to("check", **answers)
    return walk


def is_sent(page: Page) -> bool:
    return 'class="code"' in page.html


def crowd(client: Client, count: int, text: str = "https://example.org/{}") -> list[Page]:
    """So many reports from one network, each with a link of its own."""
    return [Walk(client).send(text=text.format(number)) for number in range(count)]


def test_a_person_who_reads_is_asked_nothing_more(client: Client, people: LazySettings) -> None:
    with time_machine.travel("2026-11-23 12:00:00Z") as clock:
        walk = at_check(client)
        clock.shift(60)
        page = walk.press("send")
    assert is_sent(page)


def test_a_form_sent_faster_than_anybody_reads_is_asked_for_once_more(
    client: Client, people: LazySettings
) -> None:
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        walk = at_check(client)
        page = walk.press("send")
        assert (page.step, Report.objects.count()) == ("check", 0)
        assert "You can send it in 5 seconds." in page.words
        clock.shift(5)
        assert is_sent(walk.press("send"))


def test_nothing_is_lost_when_a_form_comes_back(client: Client, people: LazySettings) -> None:
    text = "https://example.org/a en nog\r\n  https://example.com/b"
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        walk = at_check(client, text=text, age="adult", situation="threatened")
        before = {**walk.page.fields}
        walk.press("send")
        after = {**walk.page.fields, "turn": before["turn"], "seen": before["seen"]}
        assert after == before
        clock.shift(5)
        assert is_sent(walk.press("send"))


def test_a_form_without_a_turn_or_with_a_strange_one_is_asked_for_once_more(
    client: Client, people: LazySettings
) -> None:
    strange = [
        "",
        "x",
        "\x00",
        dumps("somebody's", salt="another"),
        turns.given(uuid.uuid4(), Kind.OPENED),
        turns.given(uuid.uuid4(), Kind.SLOWED, wait=0),
    ]
    for signed in strange:
        with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
            walk = at_check(client, text=f"https://example.org/{len(signed)}")
            clock.shift(60)
            page = walk.press("send", turn=signed)
            assert (page.step, Report.objects.count()) == ("check", 0), signed
            clock.shift(5)
            page = walk.press("send")
            assert is_sent(page), signed
        Report.objects.all().delete()


def test_a_field_that_people_do_not_see_asks_once_more_and_never_twice(
    client: Client, people: LazySettings
) -> None:
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        walk = at_check(client)
        clock.shift(60)
        page = walk.press("send", website="https://example.net/")
        assert (page.step, page.fields["website"]) == ("check", [""])
        clock.shift(5)
        # A browser that fills it in each time does not keep anybody out.
        assert is_sent(walk.press("send", website="https://example.net/"))


def test_the_field_is_out_of_reach_of_keyboard_and_screen_reader(client: Client) -> None:
    html = at_check(client).page.html
    trap = html[html.index('class="report__trap"') :]
    trap = trap[: trap.index("</p>")]
    for said in ('aria-hidden="true"', 'tabindex="-1"', 'autocomplete="off"', "Leave this field"):
        assert said in trap


def test_a_form_that_was_open_for_a_night_is_sent(client: Client, people: LazySettings) -> None:
    with time_machine.travel("2026-11-23 22:00:00Z", tick=False) as clock:
        walk = at_check(client)
        clock.shift(12 * HOUR)
        assert is_sent(walk.press("send"))


def test_too_many_from_one_network_wait_and_are_taken(
    client: Client, settings: LazySettings
) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "3/hour"
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        assert all(is_sent(page) for page in crowd(client, 3))
        walk = at_check(client, text="https://example.org/late")
        page = walk.press("send")
        assert (page.status, page.step) == (429, "check")
        assert "You do nothing wrong" in page.words
        assert "You can send it in 20 seconds." in page.words
        clock.shift(19)
        assert "in 1 second." in walk.press("send").words
        clock.shift(1)
        assert is_sent(walk.press("send"))
    assert Report.objects.count() == 4


def test_the_wait_goes_by_while_the_answers_are_read(
    client: Client, settings: LazySettings
) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "1/hour"
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        crowd(client, 1)
        walk = at_check(client, text="https://example.org/late")
        assert "You can send it" not in walk.page.words
        clock.shift(60)
        assert is_sent(walk.press("send"))


def test_each_next_one_waits_longer_and_none_waits_long(
    client: Client, settings: LazySettings
) -> None:
    waits = [strain.next_wait("somebody") for _report in range(14)]
    assert waits == [20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 120, 120, 120]
    assert strain.next_wait("somebody else") == 20


def test_a_turn_that_waited_is_not_a_turn_for_many(client: Client, settings: LazySettings) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "1/hour"
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        crowd(client, 1)
        walk = at_check(client, text="https://example.org/0")
        clock.shift(120)
        fields = {**walk.page.fields, "go": ["send"]}
        taken = 0
        for number in range(6):
            fields["text"] = [f"https://example.org/many/{number}"]
            taken += is_sent(Page(posted(client, walk.path, fields)))
    assert taken == 3


def test_what_was_sent_already_gives_its_code_again_under_strain(
    client: Client, settings: LazySettings
) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "1/hour"
    walk = at_check(client)
    fields = {**walk.page.fields, "go": ["send"]}
    codes = {code_on(Page(posted(client, walk.path, fields))) for _press in range(4)}
    assert (len(codes), Report.objects.count()) == (1, 1)


def test_too_many_about_one_site_slow_that_site_only(
    client: Client, settings: LazySettings
) -> None:
    settings.HELPLINE_REPORTS_ABOUT_A_SITE = "2/hour"
    crowd(client, 2, "https://pages.example.org/{}")
    about_it = at_check(client, text="https://other.example.org/x").press("send")
    assert about_it.status == 429
    assert is_sent(at_check(client, text="https://example.com/x").press("send"))


def test_too_many_in_all_slow_everybody(client: Client, settings: LazySettings) -> None:
    settings.HELPLINE_REPORTS_IN_ALL = "2/10minutes"
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        crowd(client, 2)
        walk = at_check(client, text="https://example.com/x")
        assert walk.press("send").status == 429
        clock.shift(20)
        assert is_sent(walk.press("send"))


def test_counts_name_no_site_and_nobody(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def hit(name: str, key: str, *, per: str) -> bool:
        counted.append(f"{name} {key}")
        return True

    monkeypatch.setattr(throttle, "hit", hit)
    Walk(client).send(text="https://example.org/a")
    assert len(counted) == 3
    assert "example" not in " ".join(counted)


def test_the_limits_of_a_real_site_let_a_school_through() -> None:
    base = import_module("helpline.settings.base")
    limits = (base.HELPLINE_REPORTS_A_NETWORK, base.HELPLINE_REPORTS_ABOUT_A_SITE)
    for per in (*limits, base.HELPLINE_REPORTS_IN_ALL):
        assert all(throttle.hit("try", per, per=per) for _report in range(20))


def test_a_flood_about_one_lawful_site_silences_nothing(
    client: Client, settings: LazySettings
) -> None:
    """However many report it, and whatever they declare: nobody is asked before a person looked."""
    crowd(client, 40, "https://news.example.org/lawful?{}")
    for _report in range(10):
        Walk(client).send(text="https://news.example.org/lawful")
    assert Report.objects.count() == 50
    for job in JOBS:
        if job.function.startswith("intake."):
            import_string(job.function)()
    assert (RemovalRequest.objects.count(), Notice.objects.count()) == (0, 0)
    assert set(Location.objects.values_list("work", flat=True)) == {"ask"}
