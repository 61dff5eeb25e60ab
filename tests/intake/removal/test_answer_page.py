"""The page on which a recipient answers: whoever has the link, and nobody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.models import Answer, GroundRoute, Location, Notice, RemovalRequest
from intake.removal.states import RequestStatus
from tests.intake.removal.factories import URL, register
from tests.standins.smtp import MailServer

DAY = str(timezone.localdate() + timedelta(days=5))

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def link(queued: Notice, smtp: MailServer) -> str:
    actions.send_due_notices()
    return link_of(queued)


def link_of(notice: Notice) -> str:
    found = re.search(r"https://helpline\.test(/answer/\S+)", actions.envelope_of(notice).text)
    assert found
    return found[1]


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def test_page_shows_the_address_as_text(link: str) -> None:
    response = Client().get(link)
    shown = page(response)
    assert URL in shown
    assert f'href="{URL}' not in shown
    assert Notice.objects.get().reference in shown


def test_page_sets_no_cookie_and_is_kept_by_nobody(link: str) -> None:
    browser = Client()
    for response in (browser.get(link), browser.post(link, {"a1-kind": "removed"})):
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"
    assert not browser.cookies
    assert "csrf" not in page(browser.get(link)).lower()
    assert "exit" not in page(browser.get(link))


def test_page_with_one_address_gives_it_no_number(link: str) -> None:
    browser = Client()
    assert "Choose an answer.<" in page(browser.post(link, {}))
    assert ">Say by which day you will have removed it.<" in page(
        browser.post(link, {"a1-kind": "will_do"})
    )


def test_page_in_both_languages(link: str) -> None:
    browser = Client()
    assert "Your answer to our request" in page(browser.get(link))  # as the notice was
    assert '<html lang="en"' in page(browser.get(link + "?lang=en"))
    assert '<html lang="nl"' in page(browser.get(link + "?lang=nl"))
    assert '<html lang="en"' in page(browser.get(link + "?lang=xx"))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"a1-kind": "removed"}, RequestStatus.SAID_REMOVED),
        ({"a1-kind": "was_gone"}, RequestStatus.SAID_REMOVED),
        ({"a1-kind": "will_do", "a1-until": DAY}, RequestStatus.PROMISED),
        ({"a1-kind": "refused", "a1-ground": "lawful"}, RequestStatus.REFUSED),
        ({"a1-kind": "not_ours", "a1-who": "x.test"}, RequestStatus.WRONG_RECIPIENT),
        ({"a1-kind": "not_ours", "a1-words": "Ask their host"}, RequestStatus.WRONG_RECIPIENT),
        ({"a1-kind": "need_more", "a1-words": "Which frame?"}, RequestStatus.NEED_MORE),
        ({"a1-kind": "refused", "a1-words": "It is art"}, RequestStatus.REFUSED),
    ],
)
def test_answer_is_taken(link: str, data: dict[str, str], status: str) -> None:
    response = Client().post(link, data, follow=True)
    shown = page(response)
    assert "Thank you" in shown
    assert RemovalRequest.objects.get().status == status
    answer = Answer.objects.get()
    assert answer.words == data.get("a1-words", "")
    assert (answer.who or "") == data.get("a1-who", "")
    assert answer.ground == data.get("a1-ground", "")
    assert str(answer.until or "") == data.get("a1-until", "")


def test_answer_keeps_only_what_goes_with_it(link: str) -> None:
    said = {"a1-kind": "removed", "a1-until": "nonsense", "a1-who": "x", "a1-ground": "lawful"}
    assert "Thank you" in page(Client().post(link, said, follow=True))
    answer = Answer.objects.get()
    assert (answer.kind, answer.until, answer.who, answer.ground) == ("removed", None, None, "")


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("", "Say by which day"),
        ("soon", "Write the day like"),
        ("2020-01-01", "That day has passed"),
        ("9999-12-31", "more than a month away"),
    ],
)
def test_promise_needs_a_day_that_can_be(link: str, until: str, says: str) -> None:
    assert says in page(Client().post(link, {"a1-kind": "will_do", "a1-until": until}))
    assert not Answer.objects.exists()


def test_refusal_on_another_ground_needs_words(link: str) -> None:
    assert "Say why" in page(Client().post(link, {"a1-kind": "refused", "a1-ground": "other"}))


def test_answer_of_no_needs_words_and_keeps_what_was_typed(link: str) -> None:
    shown = page(Client().post(link, {"a1-kind": "refused", "a1-words": " "}))
    assert "Say why" in shown
    assert 'value="refused" checked' in shown
    assert not Answer.objects.exists()


def test_answer_of_nothing_is_asked_for(link: str) -> None:
    assert "Choose an answer" in page(Client().post(link, {}))


@pytest.mark.parametrize(
    "data",
    [
        {"a1-kind": "rubbish"},
        {"a1-kind": "refused", "a1-words": "x" * 2001},
        {"a1-kind": "refused", "a1-words": "a\x00b"},
    ],
)
def test_bad_answers_are_refused_kindly(link: str, data: dict[str, str]) -> None:
    page(Client().post(link, data))
    assert not Answer.objects.exists()


def test_double_submit_is_harmless(link: str) -> None:
    browser = Client()
    for _i in range(3):
        browser.post(link, {"a1-kind": "refused", "a1-words": "No"})
    assert Answer.objects.count() == 1


def test_answer_can_be_corrected_and_shows_what_was_said(link: str) -> None:
    browser = Client()
    browser.post(link, {"a1-kind": "refused", "a1-words": "No"})
    shown = page(browser.get(link))
    assert "No</textarea>" in shown
    browser.post(link, {"a1-kind": "removed"})
    assert RemovalRequest.objects.get().status == RequestStatus.SAID_REMOVED


def test_answer_from_another_site_is_refused(link: str) -> None:
    browser = Client()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}):
        response = browser.post(link, {"a1-kind": "removed"}, headers=headers)
        assert response.status_code == 403
    assert not Answer.objects.exists()


def test_unknown_used_up_and_unsent_links_are_alike(
    link: str, ready: RemovalRequest, caseworker: User, pair: GroundRoute, platform: Recipient
) -> None:
    browser = Client()
    other = Location.objects.get(pk=register(URL + "/2").location_id)
    request = actions.propose(other, platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    unsent = link_of(actions.draft_notice([request], by=caseworker))
    wrong = link[:-2] + ("x/" if link[-2] != "x" else "y/")
    answers = [browser.get(path) for path in (wrong, unsent, "/answer/x/")]
    assert {response.status_code for response in answers} == {404}
    bodies = {re.sub(r"/answer/[^\"?]*", "", r.content.decode()) for r in answers}
    assert len(bodies) == 1
    assert "Deze link werkt niet" in bodies.pop()
    in_english = browser.get(wrong, headers={"accept-language": "en"}).content.decode()
    assert "You can answer the notice itself by mail" in in_english
    assert browser.post(wrong, {"a1-kind": "removed"}).status_code == 404


def test_words_that_are_too_long_are_kept_and_nothing_is_cut_off(link: str) -> None:
    long = "x" * 2001
    response = Client().post(link, {"a1-kind": "removed", "a1-words": long})
    assert long in page(response)
    assert "These are 2001 characters, and 2000 fit." in page(response)
    assert "maxlength" not in page(response).partition('name="a1-words"')[2].partition(">")[0]
    assert "<title>\n      Error:" in page(response) or "<title>Error:" in page(response)
    assert not Answer.objects.exists()


def test_link_opens_nothing_of_another_notice(
    link: str, caseworker: User, pair: GroundRoute, platform: Recipient, smtp: MailServer
) -> None:
    other = Location.objects.get(pk=register(URL + "/other").location_id)
    request = actions.propose(other, platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    actions.send_notice(actions.draft_notice([request], by=caseworker), by=caseworker)
    actions.send_due_notices()
    Client().post(link, {"a1-kind": "removed", "a2-kind": "removed"})
    request.refresh_from_db()
    assert request.status == RequestStatus.SENT
    assert "/other" not in page(Client().get(link))


@pytest.fixture
def several(caseworker: User, pair: GroundRoute, platform: Recipient, smtp: MailServer) -> Notice:
    """A notice about three addresses, sent."""
    requests = []
    for i in range(3):
        location = Location.objects.get(pk=register(f"{URL}/{i}").location_id)
        request = actions.propose(location, platform, by=caseworker)
        actions.choose(request, pair, by=caseworker)
        requests.append(request)
    notice = actions.draft_notice(requests, by=caseworker)
    actions.send_notice(notice, by=caseworker)
    actions.send_due_notices()
    return notice


def statuses() -> list[str]:
    return list(RemovalRequest.objects.order_by("pk").values_list("status", flat=True))


def test_answer_about_some_of_several(several: Notice) -> None:
    answers = {"a1-kind": "removed", "a3-kind": "refused", "a3-words": "No"}
    Client().post(link_of(several), answers)
    assert statuses() == ["said_removed", "sent", "refused"]


def test_answer_for_all_leaves_what_is_said_of_one(several: Notice) -> None:
    shown = page(Client().get(link_of(several)))
    assert "For all 3 addresses" in shown
    assert shown.count("<details") == 3
    assert '<details class="answer-row answer-row--one" open' not in shown
    answers = {"all-kind": "removed", "a2-kind": "refused", "a2-words": "No"}
    Client().post(link_of(several), answers)
    assert statuses() == ["said_removed", "refused", "said_removed"]
    assert page(Client().get(link_of(several))).count('answer-row--one" open') == 3
    assert "Say what you need" in page(Client().post(link_of(several), {"all-kind": "need_more"}))


def test_answer_for_one_does_not_come_from_a_form_for_all(link: str) -> None:
    assert "Choose an answer" in page(Client().post(link, {"all-kind": "removed"}))
    assert not Answer.objects.exists()


def test_page_takes_the_same_queries_for_many(
    link: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        page(Client().get(link))
