"""Notices over each channel that goes by itself beside mail, from draft to what became of them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.channels.base import Envelope, Outcome
from intake.recipients.channels.cloudflare import LONGEST_COMMENTS
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.recipients.xarf import LONGEST_DESCRIPTION
from intake.removal import actions
from intake.removal.actions.drafting import said_in_a_report
from intake.removal.composing import AFTER_A_PROMISE, FOLDER, Ingredients, compose
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.knowledge import shipped
from intake.removal.linter import Missing
from intake.removal.models import GroundRoute, Location, Notice, Receipt, RemovalRequest, Statement
from intake.removal.queries.tried import tried_before
from intake.removal.states import NoticeStatus, RequestStatus
from intake.removal.tried import tried_words
from tests.intake.recipients.test_apis import JUDGES, SECRET, lead_to
from tests.intake.recipients.test_channels import connections
from tests.intake.removal import factories
from tests.intake.removal.factories import URL
from tests.intake.report.walk import Page
from tests.signed_in import sign_in
from tests.standins.api import Api, api
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(params=[Channel.AWS, Channel.CLOUDFLARE, Channel.WEBHOOK])
def channel(request: pytest.FixtureRequest) -> Channel:
    return Channel(request.param)


@pytest.fixture(autouse=True)
def system(channel: Channel, settings: Settings) -> Iterator[Api]:
    settings.HELPLINE_CLOUDFLARE_ACCOUNT = "account-1"
    settings.HELPLINE_CLOUDFLARE_TOKEN = "token-1"
    settings.HELPLINE_AWS_ABUSE_KEY_ID = "AKIDEXAMPLE"
    settings.HELPLINE_AWS_ABUSE_SECRET = "secret"
    with api(JUDGES[channel]) as running:
        lead_to(settings, running.url)
        yield running


@pytest.fixture
def platform(channel: Channel) -> Recipient:
    return factories.recipient(
        suffix="example.org", channel=channel, address="", connection="partner"
    )


@pytest.fixture
def location() -> Location:
    statement = factories.register(recognisable="yes")
    return Location.objects.get(pk=statement.location_id)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def test_notice_goes_once_and_their_clock_starts(
    queued: Notice, system: Api, channel: Channel, caseworker: User
) -> None:
    assert actions.send_due_notices() == 1
    notice = fresh(queued)
    assert notice.status == NoticeStatus.ACCEPTED, notice.outcome
    request = RemovalRequest.objects.get()
    assert request.status == RequestStatus.SENT
    assert request.due_at is not None
    assert request.due_at > timezone.now() + timedelta(hours=71)
    for days in range(5):
        actions.send_due_notices(timezone.now() + timedelta(days=days))
    (got,) = system.got
    assert URL in json.dumps(got.data)
    page = Page(sign_in(caseworker).get(f"/console/desk/notices/{queued.pk}/"))
    if channel == Channel.WEBHOOK:
        assert not Receipt.objects.exists()
    else:
        receipt = Receipt.objects.get()
        assert receipt.noted_by is None
        assert receipt.number in page.words


def test_notice_holds_what_the_mail_would_and_no_more(
    queued: Notice, system: Api, channel: Channel
) -> None:
    actions.send_due_notices()
    sent = json.dumps(system.got[0].data)
    text = actions.envelope_of(fresh(queued)).text
    for word in ("criminal offence", "in good faith", "Helpline for tests", URL):
        assert word in text
        assert word in sent
    (link,) = [line for line in text.splitlines() if line.startswith("https://helpline.test/")]
    assert link in sent
    # What is in the statement, and not in the notice.
    for word in ("self", "2026-1", "adult"):
        assert f'"{word}"' not in sent


@pytest.mark.parametrize(
    ("status", "notice_status", "request_status"),
    [
        (400, NoticeStatus.REJECTED, RequestStatus.REJECTED),
        (403, NoticeStatus.REJECTED, RequestStatus.REJECTED),
        (429, NoticeStatus.QUEUED, RequestStatus.QUEUED),
        (500, NoticeStatus.UNCERTAIN, RequestStatus.UNCERTAIN),
    ],
)
def test_what_they_say_becomes_a_status(
    queued: Notice, system: Api, status: int, notice_status: str, request_status: str
) -> None:
    system.says = (status, {"message": "as they say"})
    actions.send_due_notices()
    assert fresh(queued).status == notice_status
    assert "as they say" in fresh(queued).outcome
    assert RemovalRequest.objects.get().status == request_status
    if status == 500:  # never again by itself
        system.says = None
        for days in range(1, 30):
            actions.send_due_notices(timezone.now() + timedelta(days=days))
        assert len(system.got) == 1


def test_who_is_too_busy_is_left_alone_as_long_as_they_ask(queued: Notice, system: Api) -> None:
    system.says, system.also = (429, {}), {"Retry-After": "7200"}
    actions.send_due_notices()
    due = fresh(queued).next_action_at
    assert due is not None
    assert due > timezone.now() + timedelta(minutes=119)
    actions.send_due_notices(timezone.now() + timedelta(minutes=110))
    assert len(system.got) == 1


def test_dry_run_refuses_on_record_and_connects_to_nobody(
    queued: Notice, system: Api, settings: Settings
) -> None:
    settings.HELPLINE_DRY_RUN = True
    with connections() as made:
        actions.send_due_notices()
    assert not [address for address in made if address == ("127.0.0.1", system.port)]
    assert system.got == []
    assert fresh(queued).status == NoticeStatus.REJECTED
    assert "dry run" in fresh(queued).outcome
    assert RemovalRequest.objects.get().status == RequestStatus.REJECTED


def test_off_until_configured(
    location: Location,
    platform: Recipient,
    pair: GroundRoute,
    caseworker: User,
    settings: Settings,
) -> None:
    settings.HELPLINE_CLOUDFLARE_TOKEN = settings.HELPLINE_AWS_ABUSE_SECRET = ""
    settings.HELPLINE_WEBHOOKS = {}
    request = actions.propose(location, platform, by=caseworker)
    with pytest.raises(IncompleteError) as incomplete:
        actions.choose(request, pair, by=caseworker)
    assert incomplete.value.missing == [Missing.NOT_SET_UP]


def test_who_is_asked_next_is_told_by_which_way(
    queued: Notice, system: Api, location: Location, platform: Recipient
) -> None:
    actions.send_due_notices()
    # As it was asked, whatever the directory says by now.
    Recipient.objects.filter(pk=platform.pk).update(channel=Channel.MAIL, address="a@b.test")
    told = tried_before([location.pk])[location.pk]
    assert "by their own system" in tried_words([told], "en", says_first=False)
    assert "via hun eigen systeem" in tried_words([told], "nl", says_first=False)


def test_draft_is_stale_when_the_way_changes(
    ready: RemovalRequest, platform: Recipient, caseworker: User
) -> None:
    draft = actions.draft_notice([ready], by=caseworker)
    Recipient.objects.update(channel=Channel.MAIL, address="abuse@platform.test")
    with pytest.raises(RefusedError) as refused:
        actions.send_notice(fresh(draft), by=caseworker)
    assert refused.value.refusal is Refusal.STALE_DRAFT


def test_two_addresses_in_one_notice(
    ready: RemovalRequest,
    channel: Channel,
    platform: Recipient,
    pair: GroundRoute,
    caseworker: User,
    system: Api,
) -> None:
    other = factories.register("https://www.example.org/8", recognisable="yes")
    second = actions.propose(Location.objects.get(pk=other.location_id), platform, by=caseworker)
    actions.choose(second, pair, by=caseworker)
    both = list(RemovalRequest.objects.order_by("pk"))
    lacks = {Channel.AWS: Missing.ONE_AT_A_TIME, Channel.CLOUDFLARE: Missing.ONE_HOST}
    if channel in lacks:
        with pytest.raises(IncompleteError) as incomplete:
            actions.draft_notice(both, by=caseworker)
        assert incomplete.value.missing == [lacks[channel]]
        assert not Notice.objects.exists()
        return
    actions.send_notice(actions.draft_notice(both, by=caseworker), by=caseworker)
    actions.send_due_notices()
    assert system.got[0].data["data"]["addresses"] == [URL, "https://www.example.org/8"]


def test_report_without_what_makes_it_true_is_not_made(
    platform: Recipient, channel: Channel, pair: GroundRoute, caseworker: User
) -> None:
    """Nobody said that the person can be recognised: then no type of XARF is true."""
    statement = factories.register("https://example.org/9")
    request = actions.propose(
        Location.objects.get(pk=statement.location_id), platform, by=caseworker
    )
    actions.choose(request, pair, by=caseworker)
    if channel != Channel.AWS:
        assert actions.draft_notice([request], by=caseworker).xarf is None
        return
    with pytest.raises(IncompleteError) as incomplete:
        actions.draft_notice([request], by=caseworker)
    assert incomplete.value.missing == [Missing.NO_TYPE]


def test_hand_over_goes_by_no_api(channel: Channel, system: Api) -> None:
    factories.hotline(channel=channel, connection="partner", xarf=True)
    factories.register(age_in_picture="unknown")
    actions.send_due_notices()
    assert system.got == []
    assert not Notice.objects.exists()
    assert RemovalRequest.objects.get().status == RequestStatus.READY


def test_secret_stands_nowhere_in_what_is_kept(queued: Notice, system: Api, caplog: Any) -> None:
    actions.send_due_notices()
    kept = str(list(Notice.objects.values())) + str(list(Recipient.objects.values())) + caplog.text
    assert SECRET not in kept
    assert "token-1" not in kept


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_template_fits_where_words_are_few(path: Any, channel: Channel) -> None:
    template, language = path.stem.split(".")
    ingredients = {
        name: "x" * 60 for name in Ingredients.__dataclass_fields__ if name not in ("round",)
    }
    ingredients["answer_url"] = "https://helpline.example.org/nl/answer/" + "x" * 32
    ingredients["reminder"] = AFTER_A_PROMISE  # the longest words of a later round
    composed = compose(template, language, Ingredients(**ingredients, round=12), addresses=1)
    for pair in shipped()["pair"]:
        if pair["template"] == template:
            said = said_in_a_report(composed, pair["required"])
            assert len(said) <= LONGEST_DESCRIPTION
            for name in ("explanation", "mandate", "good_faith", "tried_before"):
                assert name not in pair["required"] or composed.parts[name] in said
    assert len(composed.text) <= LONGEST_COMMENTS


def test_what_does_not_fit_in_a_report_is_left_out_unless_it_is_required() -> None:
    ingredients = Ingredients(
        reference="AAAA",
        law="Some law",
        organisation="Helpline for tests",
        contact="notices@helpline.test",
        answer_url="https://helpline.test/answer/x/",
        round=2,
        tried_before="asked before " * 100,
    )
    composed = compose("dsa_16", "en", ingredients, addresses=1)
    said = said_in_a_report(composed, [])
    assert len(said) <= LONGEST_DESCRIPTION
    assert composed.parts["again"] in said
    assert composed.parts["tried_before"] not in said
    whole = said_in_a_report(composed, ["tried_before"])
    assert composed.parts["tried_before"] in whole
    assert len(whole) > LONGEST_DESCRIPTION


def test_who_was_asked_before_is_left_out_where_it_does_not_fit(
    ready: RemovalRequest,
    location: Location,
    channel: Channel,
    caseworker: User,
    pair: GroundRoute,
    smtp: MailServer,
) -> None:
    for number in range(12):
        host = factories.recipient("host", name=f"Example hosting number {number} of a long list")
        asked = actions.propose(location, host, by=caseworker)
        actions.choose(asked, pair, by=caseworker)
        actions.send_notice(actions.draft_notice([asked], by=caseworker), by=caseworker)
    actions.send_due_notices()
    text = actions.envelope_of(actions.draft_notice([ready], by=caseworker)).text
    assert ("Example hosting" in text) == (channel != Channel.CLOUDFLARE)
    GroundRoute.objects.update(required=[*pair.required, "tried_before"])
    if channel == Channel.WEBHOOK:
        assert actions.draft_notice([fresh_request(ready)], by=caseworker).text
        return
    with pytest.raises(IncompleteError) as incomplete:
        actions.draft_notice([fresh_request(ready)], by=caseworker)
    assert incomplete.value.missing == [Missing.TOO_LONG]


def fresh_request(request: RemovalRequest) -> RemovalRequest:
    return RemovalRequest.objects.select_related("location__service", "recipient").get(
        pk=request.pk
    )


def test_notice_that_was_erased_while_it_left_is_known_to_have_arrived(
    queued: Notice, system: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last report goes while the other side takes it: its number can be kept nowhere any more."""
    deliver = channels.deliver

    def erased_meanwhile(channel: str, envelope: Envelope) -> Outcome:
        outcome = deliver(channel, envelope)
        with (
            TestCase.captureOnCommitCallbacks(execute=True),
            TestCase.captureOnCommitCallbacks(using="keys", execute=True),
        ):
            actions.release_statement(Statement.objects.get())
        return outcome

    monkeypatch.setattr(channels, "deliver", erased_meanwhile)
    actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.ACCEPTED
    assert not Receipt.objects.exists()
