"""One notice about several locations: what goes together, and what is named as left out."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient, RecipientDomain
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.models import GroundRoute, Location, Notice, RemovalRequest
from intake.removal.queries.matching import recipients_of
from intake.removal.queries.together import groups_of
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

SEVERAL = "/console/desk/several/"
TOGETHER = "/console/desk/together/"


@pytest.fixture
def client(caseworker: User) -> Client:
    browser = sign_in(caseworker)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def place(url: str = URL, **facts: Any) -> Location:
    return Location.objects.get(pk=register(url, **facts).location_id)


def page(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def whys(left_out: list[actions.LeftOut]) -> dict[uuid.UUID, str]:
    return {each.location.pk: " ".join(each.why) for each in left_out}


# Who answers for a location, without its address.


def test_directory_is_matched_without_opening_an_address(platform: Recipient) -> None:
    whole = factories.recipient(name="Whole", suffix="whole.test")
    part = factories.recipient(name="Part", suffix="pictures.split.test")
    rest = factories.recipient(name="Rest", suffix="split.test")
    factories.recipient(name="Off", suffix="off.test", active=False)
    owners = {
        "https://whole.test/a": whole,
        "https://deep.under.whole.test/a": whole,
        "https://pictures.split.test/a": part,
        "https://split.test/a": rest,
        # An index cannot tell these two apart, so a person does.
        "https://x.pictures.split.test/a": None,
        "https://other.split.test/a": None,
        "https://off.test/a": None,
        "https://unheard.test/a": None,
        URL: platform,
    }
    places = {url: place(url) for url in owners}
    with_indexes_only = list(
        Location.objects.filter(pk__in=[p.pk for p in places.values()]).defer("url")
    )
    found = recipients_of(with_indexes_only)
    assert {url: found.get(p.pk) for url, p in places.items()} == owners
    assert all("url" in each.get_deferred_fields() for each in with_indexes_only)


# What goes together.


def test_one_notice_about_those_that_fit(
    caseworker: User, platform: Recipient, pair: GroundRoute
) -> None:
    fits, also, ready = place(URL + "/1"), place(URL + "/2"), place(URL + "/3")
    request = actions.propose(ready, platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    agreed = place(URL + "/4", agreed="yes")
    elsewhere = place("https://unheard.test/a")
    factories.hotline()
    minor = place(URL + "/5", age_in_picture="unknown")
    sent = place(URL + "/6")
    actions.choose(actions.propose(sent, platform, by=caseworker), pair, by=caseworker)
    earlier = actions.draft_notice(list(sent.requests.all()), by=caseworker)
    actions.send_notice(earlier, by=caseworker)
    chosen = [fits, also, ready, agreed, elsewhere, minor, sent]
    notice, left_out = actions.ask_together(chosen, platform, pair, by=caseworker)
    assert notice.status == NoticeStatus.DRAFT
    inside = RemovalRequest.objects.filter(entries__notice=notice)
    assert {r.location_id for r in inside} == {fits.pk, also.pk, ready.pk}
    assert {(r.status, r.ground_id, r.recipient_id) for r in inside} == {
        (RequestStatus.READY, pair.ground_id, platform.pk)
    }
    named = whys(left_out)
    assert named.keys() == {agreed.pk, elsewhere.pk, minor.pk, sent.pk}
    assert "no consent" in named[agreed.pk]
    assert "not theirs" in named[elsewhere.pk]
    assert "under 18" in named[minor.pk]
    assert "asked already" in named[sent.pk]
    assert not elsewhere.requests.exists()
    assert not minor.requests.filter(is_hand_over=False).exists()


def test_recipient_that_does_not_answer_for_them_is_refused(
    caseworker: User, platform: Recipient, pair: GroundRoute, location: Location
) -> None:
    stranger = factories.recipient(name="Stranger", address="x@stranger.test")
    with pytest.raises(RefusedError):
        actions.ask_together([location], stranger, pair, by=caseworker)
    assert not RemovalRequest.objects.exists()
    # Whom a person proposed before is theirs to ask.
    actions.propose(location, stranger, by=caseworker)
    notice, left_out = actions.ask_together([location], stranger, pair, by=caseworker)
    assert (notice.recipient, left_out) == (stranger, [])


def test_hostile_recipient_is_never_asked(
    caseworker: User, platform: Recipient, pair: GroundRoute, location: Location
) -> None:
    Recipient.objects.filter(pk=platform.pk).update(hostile=True)
    platform.refresh_from_db()
    with pytest.raises(RefusedError):
        actions.ask_together([location], platform, pair, by=caseworker)
    (group,) = groups_of([location])[0]
    assert all(not offer.goes for offer in group.offers)


def test_services_do_not_mix(
    caseworker: User, platform: Recipient, pair: GroundRoute, location: Location
) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    Location.objects.filter(pk=location.pk).update(service=other)
    location.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.ask_together([location], platform, pair, by=caseworker)


def test_stopped_before_is_asked_in_another_round(
    caseworker: User, platform: Recipient, pair: GroundRoute, location: Location
) -> None:
    actions.stop(actions.propose(location, platform, by=caseworker), by=caseworker)
    notice, _left = actions.ask_together([location], platform, pair, by=caseworker)
    assert notice.entries.get().request.status == RequestStatus.READY


# The page.


def test_page_says_what_goes_and_what_does_not_and_shows_no_address(
    client: Client, platform: Recipient, pair: GroundRoute
) -> None:
    factories.hotline()
    one, two = place(URL + "/1"), place(URL + "/2", agreed="yes")
    minor = place(URL + "/3", age_in_picture="unknown")
    far = place("https://unheard.test/a")
    chosen = {"location": [p.pk for p in (one, two, minor, far)], "do": "ask"}
    text = page(client.post(SEVERAL, chosen))
    assert "1 of 2 can go" in text
    assert "the directory does not tell whose it is" in text
    assert all(p.short in text for p in (one, two, minor, far))
    assert "example.org" not in text
    assert not AuditEntry.objects.filter(action="open_address").exists()
    assert not RemovalRequest.objects.filter(is_hand_over=False).exists()
    sent = {"location": [one.pk, two.pk], "recipient": platform.pk, "pair": pair.pk}
    shown = client.post(TOGETHER, sent, follow=True)
    text = page(shown)
    assert f"Left out: {two.short}." in text
    assert URL + "/1" in text
    assert Notice.objects.get().entries.count() == 1


def test_page_offers_no_button_when_nothing_can_go(
    client: Client, platform: Recipient, pair: GroundRoute
) -> None:
    one = place(URL, agreed="yes")
    text = page(client.post(SEVERAL, {"location": [one.pk], "do": "ask"}))
    assert "0 of 1 can go" in text
    assert "Nothing can go to them now." in text
    assert "Make one notice" not in text
    assert re.search(r"<details[^>]*desk-offers__left[^>]* open>", text)


@pytest.mark.parametrize("field", ["location", "recipient", "pair"])
@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 400, "\x00", str(uuid.UUID(int=0))])
def test_rubbish_makes_no_notice(
    client: Client,
    location: Location,
    platform: Recipient,
    pair: GroundRoute,
    field: str,
    value: str,
) -> None:
    sent = {"location": str(location.pk), "recipient": platform.pk, "pair": pair.pk, field: value}
    assert client.post(TOGETHER, sent).status_code == 302
    assert not Notice.objects.exists()


def test_page_takes_the_same_queries_however_many(
    client: Client, platform: Recipient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def count(number: int) -> int:
        places = [place(f"{URL}/{i}").pk for i in range(number)]
        with django_assert_max_num_queries(19) as taken:
            page(client.post(SEVERAL, {"location": places, "do": "ask"}))
        return len(taken.captured_queries)

    RecipientDomain.objects.create(recipient=platform, suffix="more.test")
    count(1)
    assert count(1) == count(12)
