"""Who was asked before, as a notice says it: whom, how, when, what answer, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.recipients.states import Channel, Kind
from intake.removal import actions
from intake.removal.actions.answers import Claim
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.errors import IncompleteError
from intake.removal.linter import Missing
from intake.removal.models import (
    AnswerKind,
    GroundRoute,
    Location,
    Notice,
    RefusalGround,
    RemovalRequest,
)
from intake.removal.queries.tried import tried_before
from intake.removal.states import RequestStatus
from intake.removal.tried import Tried, outcome_words, tried_words
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_sending import make_uncertain
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def host() -> Recipient:
    return factories.recipient(Kind.HOST, name="Example hosting", address="abuse@host.test")


@pytest.fixture
def code() -> GroundRoute:
    """The Dutch code, as an administrator who read it has switched it on."""
    pair = GroundRoute.objects.get(route__key="nl_ntd")
    for row in (pair, pair.route):
        row.verified = True
        row.save()
    return pair


def ask(url: str, recipient: Recipient, pair: GroundRoute, by: User) -> Notice:
    """Ask a recipient about one page, and let it leave."""
    location = Location.objects.get(pk=register(url).location_id)
    request = actions.propose(location, recipient, by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
    actions.send_due_notices()
    notice.refresh_from_db()
    return notice


def drafted(urls: list[str], recipient: Recipient, pair: GroundRoute, by: User) -> str:
    """What a draft about these pages says."""
    requests = []
    for url in urls:
        location = Location.objects.get(pk=register(url).location_id)
        request = actions.propose(location, recipient, by=by)
        actions.choose(request, pair, by=by)
        requests.append(request)
    return actions.envelope_of(actions.draft_notice(requests, by=by)).text


def answer(notice: Notice, kind: AnswerKind, words: str = "") -> None:
    claim = {
        AnswerKind.WILL_DO: Claim(1, kind, words, until=timezone.localdate() + timedelta(days=3)),
        AnswerKind.NOT_OURS: Claim(1, kind, words, who="Sanne de Vries"),
        AnswerKind.REFUSED: Claim(1, kind, words, ground=RefusalGround.OTHER),
    }.get(kind, Claim(1, kind, words))
    actions.record_answers(notice, [claim])


def test_first_who_is_asked_reads_nothing_of_others(
    ready: RemovalRequest, caseworker: User
) -> None:
    text = actions.envelope_of(actions.draft_notice([ready], by=caseworker)).text
    assert "BEFORE" not in text


def test_next_reads_whom_how_when_and_what_answer(
    platform: Recipient, host: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    first = ask(URL, platform, pair, caseworker)
    answer(first, AnswerKind.REFUSED, "Sanne de Vries put it there herself")
    text = drafted([URL], host, pair, caseworker)
    assert first.sent_at is not None
    assert (
        "WHO WAS ASKED BEFORE\nBefore you we asked:\n- Example photos (Platform), by mail on "
        f"{first.sent_at:%-d %B %Y}: they refuse." in text
    )
    assert "Sanne" not in text


def test_words_are_in_the_language_of_the_notice(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    ask(URL, platform, pair, caseworker)
    dutch = factories.recipient(Kind.HOST, name="Voorbeeld", address="a@b.test", language="nl")
    text = drafted([URL], dutch, pair, caseworker)
    assert (
        "WIE EERDER IS GEVRAAGD\nVóór u vroegen wij het aan:\n- Example photos (Platform)" in text
    )
    assert "per mail op" in text
    assert "nog geen antwoord" in text


def test_each_answer_and_each_silence_has_its_words(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    notice = ask(URL, platform, pair, caseworker)
    request = RemovalRequest.objects.get()

    def now() -> str:
        return tried_before([request.location_id])[request.location_id][0].outcome

    assert now() == "waiting"
    for status, outcome in ((RequestStatus.REPLIED, "wrote"), (RequestStatus.WITHDRAWN, "ended")):
        RemovalRequest.objects.update(status=status)
        assert now() == outcome
    RemovalRequest.objects.update(status=RequestStatus.SENT)
    mark_silent(LATER)
    assert now() == "silent"
    for kind in (*(k for k in AnswerKind if k != AnswerKind.REMOVED), AnswerKind.REMOVED):
        answer(notice, kind, "Words of theirs")
        assert now() == kind.value
        for language in ("nl", "en"):
            with translation.override(language):
                assert outcome_words(now())
    actions.record_check(request.location, gone=False, by=caseworker)
    assert now() == "still_there"
    assert outcome_words(now()) == "they say that it is gone, and it is not"


def test_a_promise_that_was_not_kept_is_said_to_be(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    notice = ask(URL, platform, pair, caseworker)
    answer(notice, AnswerKind.WILL_DO)
    mark_silent(LATER)
    ((tried,),) = tried_before([Location.objects.get().pk]).values()
    assert tried.outcome == "broken"


def test_what_may_have_arrived_is_said_to_be_uncertain(queued: Notice, smtp: MailServer) -> None:
    make_uncertain(queued)
    (tried,) = tried_before([Location.objects.get().pk])[Location.objects.get().pk]
    assert tried.outcome == "uncertain"


def test_drafts_and_what_was_taken_back_were_not_tried(queued: Notice, caseworker: User) -> None:
    place = Location.objects.get().pk
    assert tried_before([place]) == {place: []}
    actions.cancel_notice(queued, by=caseworker)
    assert tried_before([place]) == {place: []}


def test_asked_twice_is_one_line_with_its_number(
    platform: Recipient, host: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    ask(URL, platform, pair, caseworker)
    mark_silent(LATER)
    request = RemovalRequest.objects.get()
    actions.ask_again(request, by=caseworker)
    notice = actions.draft_notice([request], by=caseworker)
    # To itself it is a matter of rounds.
    assert "BEFORE" not in actions.envelope_of(notice).text
    actions.send_notice(notice, by=caseworker)
    actions.send_due_notices()
    text = drafted([URL], host, pair, caseworker)
    assert text.count("Example photos") == 1
    assert "by mail, 2 times, first on " in text


def test_pages_with_other_histories_are_told_apart(
    platform: Recipient, host: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    ask(URL, platform, pair, caseworker)
    ask(URL + "/2", platform, pair, caseworker)
    text = drafted([URL, URL + "/2", URL + "/3"], host, pair, caseworker)
    before = text.split("BEFORE\n")[1].split("\n\nWHO SENDS")[0]
    asked, nobody = before.split("\n\n")
    assert asked.splitlines()[:3] == ["Before you we asked, about:", URL, URL + "/2"]
    assert asked.count("Example photos") == 1
    assert nobody.splitlines() == ["Nobody else was asked before, about:", URL + "/3"]
    # The addresses stay with their locations.
    assert "example.org" not in Notice.objects.latest("created_at").text


def test_one_platform_asked_before_about_all_is_said_once(
    platform: Recipient, host: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    for number in range(3):
        ask(f"{URL}/{number}", platform, pair, caseworker)
    text = drafted([f"{URL}/{number}" for number in range(3)], host, pair, caseworker)
    assert text.count("Example photos") == 1


def test_dutch_code_is_complete_with_it_and_refused_without(
    platform: Recipient,
    host: Recipient,
    pair: GroundRoute,
    code: GroundRoute,
    caseworker: User,
    smtp: MailServer,
) -> None:
    with pytest.raises(IncompleteError) as refused:
        drafted([URL + "/new"], host, code, caseworker)
    assert refused.value.missing == [Missing.TRIED_BEFORE]
    ask(URL, platform, pair, caseworker)
    mark_silent(LATER)
    text = drafted([URL], host, code, caseworker)
    assert "Notice-and-Take-Down code" in text
    assert "Article 16" not in text
    assert "Example photos (Platform)" in text
    assert ": no answer." in text


def test_dutch_code_to_who_stands_closest_says_that_they_are_first(
    platform: Recipient, code: GroundRoute, caseworker: User
) -> None:
    assert "You are the first whom we ask." in drafted([URL], platform, code, caseworker)


def test_hand_over_says_nothing_of_who_was_asked(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    ask(URL, platform, pair, caseworker)
    factories.hotline()
    register(URL, age_in_picture="under_18")
    send_hand_overs()
    notice = Notice.objects.get(is_hand_over=True)
    assert "Example photos" not in actions.envelope_of(notice).text


def test_a_name_is_one_line_and_no_slot() -> None:
    evil = "Ex\x1a1\x1a\nample\u202e " + "x" * 200
    tried = Tried(evil, Kind.HOST, Channel.MAIL, LATER, 1, "silent")
    lines = tried_words([[tried]], "en", says_first=False).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("- Ex 1 ample xxx")
    assert "\x1a" not in lines[1]
    assert "\u202e" not in lines[1]


def test_however_many_pages_it_costs_three_questions(
    platform: Recipient,
    pair: GroundRoute,
    caseworker: User,
    smtp: MailServer,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(4):
        ask(f"{URL}/{number}", platform, pair, caseworker)
    places = list(Location.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        assert [len(tried) for tried in tried_before(places).values()] == [1] * 4
