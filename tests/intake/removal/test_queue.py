"""The queue: what narrows it, views that somebody keeps, and work that is divided."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions.assigning import CLAIM_LASTS
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    Assignment,
    Deed,
    DeskEvent,
    Location,
    SavedView,
    Urgency,
    WhyUrgent,
)
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries import queue as queries
from intake.removal.queries.queue import Filters
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

QUEUE = "/console/desk/"
SEVERAL = QUEUE + "several/"


@pytest.fixture
def client(caseworker: User) -> Client:
    browser = sign_in(caseworker)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def sam() -> User:
    return factories.person("sam")


def place(url: str = URL, **facts: Any) -> Location:
    return Location.objects.get(pk=register(url, **facts).location_id)


def shown(user: User, **filters: Any) -> set[uuid.UUID]:
    return {each.pk for each in queries.queue(user, Filters(**filters)).locations}


def counts(user: User, **filters: Any) -> dict[str, int]:
    return {c.key: c.count for c in queries.queue(user, Filters(**filters)).columns if c.count}


def page(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


# What narrows it.


def test_filters_narrow_the_rows_and_the_counts(
    caseworker: User, platform: Recipient, sam: User
) -> None:
    asked, taken, urgent, plain = (place(f"{URL}/{i}") for i in range(4))
    actions.propose(asked, platform, by=caseworker)
    actions.claim_location(taken, by=caseworker)
    actions.mark_urgent(urgent, WhyUrgent.SPREADING, by=caseworker)
    everything = {asked.pk, taken.pk, urgent.pk, plain.pk}
    assert shown(caseworker) == everything
    assert shown(caseworker, recipient=platform.pk) == {asked.pk}
    assert shown(caseworker, who=queries.MINE) == {taken.pk}
    assert shown(sam, who=str(caseworker.pk)) == {taken.pk}
    assert shown(caseworker, who=queries.NOBODYS) == everything - {taken.pk}
    assert shown(caseworker, urgent=True) == {urgent.pk}
    assert shown(caseworker, urgent=True, work="send") == set()
    assert counts(caseworker) == {"": 4, "ask": 3, "send": 1}
    assert counts(caseworker, urgent=True) == {"": 1, "ask": 1}


def test_recipient_of_a_settled_request_does_not_count(
    caseworker: User, platform: Recipient, location: Location
) -> None:
    request = actions.propose(location, platform, by=caseworker)
    assert queries.asked_recipients() == [(platform.pk, platform.name)]
    actions.stop(request, by=caseworker)
    assert queries.asked_recipients() == []
    assert shown(caseworker, recipient=platform.pk) == set()


def test_same_site_is_named_by_a_location_and_tells_nothing_of_a_minor(caseworker: User) -> None:
    one, two = place("https://a.example.org/1"), place("https://b.example.org/2")
    other = place("https://elsewhere.test/1")
    minor = place("https://a.example.org/3", age_in_picture="unknown")
    assert shown(caseworker, like=one.pk) == {one.pk, two.pk}
    assert shown(caseworker, like=other.pk) == {other.pk}
    assert shown(caseworker, like=minor.pk) == set()
    assert shown(caseworker, like=uuid.uuid4()) == set()


def test_same_site_of_another_service_is_nobodys_business(caseworker: User) -> None:
    here, there = place(URL), place(URL + "/2")
    other = Service.objects.create(slug="other", name="Other line")
    Location.objects.filter(pk=there.pk).update(service=other)
    assert shown(caseworker, like=there.pk) == set()
    assert shown(caseworker, like=here.pk) == {here.pk}


def test_queue_counts_no_further_than_it_says(
    caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    for i in range(4):
        place(f"{URL}/{i}")
    column = queries.queue(caseworker, Filters()).columns[0]
    assert (column.count, column.more) == (2, True)


def test_page_keeps_its_filters_and_names_no_host(
    client: Client, caseworker: User, platform: Recipient
) -> None:
    for i in range(3):
        actions.propose(place(f"{URL}/{i}"), platform, by=caseworker)
    text = page(client.get(f"{QUEUE}?recipient={platform.pk}&who=nobody&work=send"))
    assert f"?work=send&amp;recipient={platform.pk}&amp;who=nobody" in text
    assert f"?work=overdue&amp;recipient={platform.pk}&amp;who=nobody" in text
    assert "example.org" not in text


RUBBISH = ["", "x", "-1", "9" * 5000, "\x00", str(2**63), "ﷺ" * 40, str(uuid.UUID(int=0))]


@pytest.mark.parametrize("name", ["work", "recipient", "who", "urgent", "like", "page"])
@pytest.mark.parametrize("value", RUBBISH)
def test_rubbish_in_a_filter_is_left_out(
    client: Client, location: Location, name: str, value: str
) -> None:
    assert client.get(QUEUE, {name: value}).status_code == 200


def test_queue_takes_the_same_queries_however_many_and_however_divided(
    client: Client,
    caseworker: User,
    platform: Recipient,
    sam: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(19) as taken:
            page(client.get(QUEUE))
        return len(taken.captured_queries)

    def work(i: int) -> None:
        here = place(f"{URL}/{i}")
        actions.propose(here, platform, by=caseworker)
        actions.assign([here], to=sam, by=caseworker)
        actions.mark_urgent(here, WhyUrgent.OTHER, by=caseworker)

    actions.save_view(name="one", query="", by=caseworker)
    work(0)
    client.get(QUEUE)
    few = count()
    for i in range(1, 12):
        work(i)
        actions.save_view(name=f"view {i}", query="who=me", by=caseworker)
    assert count() == few


def test_open_queue_is_read_by_its_index(caseworker: User) -> None:
    if connection.vendor != "postgresql":
        assert connection.vendor == "sqlite"  # which says its plan in other words
        return
    locations = Location.objects.filter(service=default_service(), forgotten_at=None)
    rows = queries.of_work(locations, "", locations.model().age_assessed_at)
    with connection.cursor() as cursor:
        # Of an empty table the planner thinks nothing: what has the order already has to win.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "open_locations_by_clock" in rows.order_by("due_at").explain()


# Views that somebody keeps.


def test_saved_view_is_ones_own(client: Client, caseworker: User, sam: User) -> None:
    answer = client.post(
        QUEUE + "views/", {"name": "Mine", "query": "urgent=on&who=me&rubbish=1&work=ask"}
    )
    assert answer["Location"] == QUEUE + "?work=ask&who=me&urgent=on"
    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (caseworker, "Mine", "work=ask&who=me&urgent=on")
    assert ">Mine</a>" in page(client.get(QUEUE))
    other = sign_in(sam)
    assert ">Mine</a>" not in page(other.get(QUEUE))
    assert other.post(f"{QUEUE}views/{view.pk}/remove/").status_code == 404
    client.post(QUEUE + "views/", {"name": "Mine", "query": "who=nobody"})
    assert SavedView.objects.get().query == "who=nobody"
    client.post(f"{QUEUE}views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 31, "\x00"])
def test_view_needs_a_short_name(client: Client, name: str) -> None:
    client.post(QUEUE + "views/", {"name": name})
    assert not SavedView.objects.exists()


def test_views_stay_few(client: Client, caseworker: User) -> None:
    for i in range(12):
        actions.save_view(name=str(i), query="", by=caseworker)
    client.post(QUEUE + "views/", {"name": "one more"})
    assert SavedView.objects.count() == 12
    client.post(QUEUE + "views/", {"name": "3", "query": "who=me"})
    assert SavedView.objects.get(name="3").query == "who=me"


# Work that is divided.


def test_given_stays_given_and_taken_does_not(
    caseworker: User, sam: User, location: Location
) -> None:
    long_ago = location.created_at - 2 * CLAIM_LASTS
    actions.claim_location(location, by=caseworker)
    with pytest.raises(RefusedError):
        actions.claim_location(location, by=sam)
    Location.objects.filter(pk=location.pk).update(claimed_at=long_ago)
    actions.claim_location(location, by=sam)
    actions.assign([location], to=caseworker, by=sam)
    Location.objects.filter(pk=location.pk).update(claimed_at=long_ago)
    with pytest.raises(RefusedError):
        actions.claim_location(location, by=sam)
    actions.release_location(location, by=caseworker)
    assert not Assignment.objects.exists()
    actions.claim_location(location, by=sam)
    deeds = DeskEvent.objects.values_list("what", "by__username", "to__username")
    assert list(deeds) == [
        (Deed.TAKEN, "kim", None),
        (Deed.TAKEN, "sam", None),
        (Deed.GIVEN, "sam", "kim"),
        (Deed.BACK, "kim", None),
        (Deed.TAKEN, "sam", None),
    ]


def test_location_is_given_to_who_works_there(caseworker: User, location: Location) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    elsewhere = factories.person("elsewhere", service=other)
    talker = factories.person("talker", role="counsellor")
    for stranger in (elsewhere, talker):
        with pytest.raises(RefusedError) as refused:
            actions.assign([location], to=stranger, by=caseworker)
        assert refused.value.refusal == Refusal.NOT_A_COLLEAGUE
    with pytest.raises(PermissionDenied):
        actions.assign([location], to=elsewhere, by=elsewhere)
    assert queries.colleagues(caseworker, DESK_ROLES) == [caseworker]


def test_deeds_are_not_rewritten(caseworker: User, location: Location) -> None:
    actions.claim_location(location, by=caseworker)
    with pytest.raises(TypeError):
        DeskEvent.objects.update(by=None)


def test_page_gives_takes_and_marks(client: Client, location: Location, sam: User) -> None:
    where = f"{QUEUE}{location.pk}/"
    client.post(where + "give/", {"to": "x"})
    assert not Assignment.objects.exists()
    client.post(where + "give/", {"to": sam.pk})
    text = page(client.get(where))
    assert "given by kim" in text
    assert Location.objects.get().claimed_by == sam
    client.post(where + "urgent/", {"why": "extortion"})
    assert "Blackmail is under way" in page(client.get(where))
    client.post(where + "urgent/", {"why": "nonsense"})
    assert Urgency.objects.get().why == WhyUrgent.EXTORTION
    client.post(where + "urgent/", {"why": ""})
    assert not Urgency.objects.exists()


def test_several_at_once_name_what_is_left_out(client: Client, sam: User) -> None:
    factories.hotline()
    one, two = place(URL + "/1"), place(URL + "/2")
    minor = place(URL + "/3", age_in_picture="unknown")
    chosen = [one.pk, two.pk, minor.pk, uuid.uuid4(), "x"]
    sent = {"location": chosen, "do": "give", "to": sam.pk, "query": "who=nobody&x=y"}
    answer = client.post(SEVERAL, sent, follow=True)
    assert answer.redirect_chain[0][0] == QUEUE + "?who=nobody"
    text = page(answer)
    assert "2 locations are with sam now." in text
    assert re.search(rf"Left out: {minor.short}\. The person may be under 18", text)
    assert set(Location.objects.filter(claimed_by=sam)) == {one, two}


def test_several_are_taken_out_of_nobodys_hands(
    client: Client, caseworker: User, sam: User
) -> None:
    free, own, given, fresh, stale = [place(f"{URL}/{number}") for number in range(5)]
    actions.claim_location(own, by=caseworker)
    actions.assign([given], to=sam, by=caseworker)
    for each in (fresh, stale):
        actions.claim_location(each, by=sam)
    long_ago = stale.created_at - 2 * CLAIM_LASTS
    Location.objects.filter(pk__in=[given.pk, stale.pk]).update(claimed_at=long_ago)
    chosen = [each.pk for each in (free, own, given, fresh, stale)]
    text = page(client.post(SEVERAL, {"location": chosen, "do": "take"}, follow=True))
    assert "3 locations are with kim now." in text
    assert "sam works on it." in text
    assert set(Location.objects.filter(claimed_by=sam)) == {given, fresh}
    assert set(Location.objects.filter(claimed_by=caseworker)) == {free, own, stale}
    # Like what is taken one by one, it is free again after a while.
    assert list(Assignment.objects.values_list("location", flat=True)) == [given.pk]
    text = page(client.post(SEVERAL, {"location": [fresh.pk], "do": "take"}, follow=True))
    assert "sam works on it." in text
    assert "with kim now" not in text


@pytest.mark.parametrize(
    "sent", [{}, {"location": "x"}, {"location": str(uuid.uuid4())}, {"do": "give"}]
)
def test_several_of_nothing_says_so(client: Client, sent: dict[str, str]) -> None:
    assert "Choose at least one location first." in page(client.post(SEVERAL, sent, follow=True))


def test_several_of_another_service_do_not_exist(client: Client, location: Location) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    Location.objects.update(service=other)
    assert client.post(SEVERAL, {"location": location.pk, "do": "take"}).status_code == 404
    Membership.objects.filter(user__username="kim").delete()
    assert location.short not in page(client.get(QUEUE))


TOUCHED = ("work", "due_at", "claimed_by", "claimed_at", "reopened_at")


def test_nothing_of_this_touches_a_possible_minor(client: Client, caseworker: User) -> None:
    factories.hotline()
    minor = place(age_in_picture="unknown")
    before = Location.objects.filter(pk=minor.pk).values(*TOUCHED).get()
    for act in (
        lambda: actions.claim_location(minor, by=caseworker),
        lambda: actions.release_location(minor, by=caseworker),
        lambda: actions.assign([minor], to=caseworker, by=caseworker),
        lambda: actions.mark_urgent(minor, WhyUrgent.OTHER, by=caseworker),
        lambda: actions.unmark_urgent(minor, by=caseworker),
    ):
        with pytest.raises(RefusedError):
            act()
    for way, sent in (("give", {"to": caseworker.pk}), ("urgent", {"why": "other"})):
        client.post(f"{QUEUE}{minor.pk}/{way}/", sent)
    assert Location.objects.filter(pk=minor.pk).values(*TOUCHED).get() == before
    assert not DeskEvent.objects.exists()
    assert not Assignment.objects.exists()
    assert not Urgency.objects.exists()


@pytest.mark.parametrize(
    ("what", "sent", "said"),
    [
        ("copy", {"why": ""}, "Choose why you copy the address first."),
        ("give", {"to": ""}, "Choose a colleague first."),
    ],
)
def test_what_is_not_chosen_is_named(
    client: Client, what: str, sent: dict[str, str], said: str
) -> None:
    here = reverse("removal:location", args=[place().pk])
    address = {"copy": "removal:copy-address", "give": "removal:give"}[what]
    where = reverse(address, args=[place().pk])
    assert said in page(client.post(where, sent, follow=True))
    assert re.search(r"<select[^>]*required", page(client.get(here)))
    assert not DeskEvent.objects.exists()
