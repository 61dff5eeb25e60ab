"""A mail when there is news: only when asked for, once, at most daily, and it tells nothing."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.stopping import stop_requests
from intake.removal.models import Location, RemovalRequest
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import advance
from intake.report.actions import (
    send_due_news,
)
from intake.report.checks import news_address_errors
from intake.report.models import NewsByMail
from intake.report.talk.actions import write as write_to_reporter
from tests.databases import close
from tests.intake.removal.factories import hotline, person, recipient
from tests.intake.report.news.mailing import DAY, KIM, later, news, parsed, pressed, submit, tell
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("nl", "Er is nieuws", "Je weet waar je kunt kijken."),
        ("en", "There is news", "You know where to look."),
    ],
)
def test_mail_says_that_there_is_news_and_nothing_else(
    smtp: MailServer,
    platform: Recipient,
    caseworker: User,
    language: str,
    subject: str,
    said: str,
) -> None:
    sent = submit()
    report = tell(sent, language=language)
    news(report, platform, caseworker)
    assert send_due_news() == 1
    (mail,) = smtp.received
    assert (mail.sender, mail.recipients) == ("post@berichten.example", [KIM])
    assert mail.helo == "berichten.example"
    message = parsed(mail.content)
    assert str(message["From"]) == "post@berichten.example"
    assert message["Subject"] == subject
    assert message["Message-ID"].endswith("@berichten.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["Date"]).endswith("+0000")
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert said in text
    assert not re.search(r"https?:|www\.|/", text)
    assert {name.lower() for name in message} <= {
        *("from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"),
        *("content-type", "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto"),
    }
    whole = mail.content.decode().lower()
    for word in ("helpline", "hulplijn", "example.org", "photos", report.pk.hex, "report"):
        assert word not in whole
    for word in ("melding", "beeld", "image", sent.code.lower()):
        assert word not in f"{subject} {text}".lower()


def test_nobody_gets_mail_who_did_not_ask(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    news(submit().report, platform, caseworker)
    assert send_due_news() == 0
    assert smtp.received == []


def test_nothing_is_sent_to_try_the_address(smtp: MailServer) -> None:
    tell(submit())
    assert send_due_news() == 0
    assert smtp.received == []


def test_one_piece_of_news_is_one_mail(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    report = tell(submit())
    news(report, platform, caseworker)
    sweeps = [send_due_news(later(days)) for days in (0, 0, 0.5, 1.1, 2.2, 30)]
    assert sweeps == [1, 0, 0, 0, 0, 0]
    assert len(smtp.received) == 1


def test_much_news_on_one_day_is_one_mail_and_the_next_day_another(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    report = tell(submit())
    request = news(report, platform, caseworker)
    assert send_due_news() == 1
    advance(request, RequestStatus.NO_REPLY)
    advance(request, RequestStatus.SAID_REMOVED)
    assert send_due_news(later(hours=23)) == 0
    assert send_due_news(later(1.01)) == 1
    assert send_due_news(later(2.02)) == 0
    assert len(smtp.received) == 2


def test_what_was_seen_on_the_status_page_is_no_news(
    client: Client, smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    sent = submit()
    request = news(tell(sent), platform, caseworker)
    assert "We asked Example photos" in pressed(client, sent).words
    assert send_due_news() == 0
    advance(request, RequestStatus.SAID_REMOVED)
    assert send_due_news() == 1


def test_word_of_a_caseworker_is_news_until_it_is_read(
    client: Client, smtp: MailServer, caseworker: User
) -> None:
    sent = submit()
    report = tell(sent)

    def write() -> None:
        write_to_reporter(
            report=report,
            text="Which account is it?",
            client_id=uuid.uuid4(),
            upto=10**9,
            by=caseworker,
        )

    write()
    assert [send_due_news(), send_due_news(later(1.1))] == [1, 0]
    assert "Which account is it?" in pressed(client, sent).words
    write()
    pressed(client, sent)  # read before the day was over
    assert send_due_news(later(2.2)) == 0
    write()
    assert send_due_news(later(2.2)) == 1
    assert not any(b"account" in mail.content for mail in smtp.received)


def test_what_no_visitor_is_shown_is_no_news(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    report = tell(submit())
    removal.propose(Location.objects.get(), platform, by=caseworker)
    before = NewsByMail.objects.get().known_until
    assert send_due_news() == 0
    # And it is not looked at again and again for ever.
    assert NewsByMail.objects.get().known_until == before
    assert send_due_news(later(2.1)) == 0
    assert NewsByMail.objects.get().known_until > before
    stop_requests(list(RemovalRequest.objects.all()), because=Because.STOPPED)
    news(report, platform, caseworker)
    assert send_due_news(later(2.1)) == 1
    assert len(smtp.received) == 1


@pytest.mark.parametrize("was_there", [False, True])
def test_mail_tells_nobody_that_the_hotline_had_the_page_before(
    smtp: MailServer, was_there: bool
) -> None:
    hotline()
    minor = removal.StatementFacts()
    if was_there:
        submit(facts=minor)
        send_hand_overs()
        removal.send_due_notices()
        smtp.received.clear()
    with time_machine.travel(timezone.now() + 3 * DAY, tick=False) as clock:
        tell(submit(facts=minor))
        if not was_there:
            send_hand_overs()
            removal.send_due_notices()
            smtp.received.clear()
        told = []
        for _quarter in range(8):
            clock.shift(timedelta(minutes=15))
            told.append(send_due_news())
    assert told == [1, 0, 0, 0, 0, 0, 0, 0]


def test_second_reporter_of_a_page_is_told_only_of_what_came_after(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    first = submit()
    request = news(first.report, platform, caseworker)
    tell(submit("HTTPS://EXAMPLE.org:443/p/81"), "second@mail.example")
    assert send_due_news() == 0
    advance(request, RequestStatus.SAID_REMOVED)  # an answer to what was asked for another
    assert send_due_news(later(hours=1)) == 0
    advance(request, RequestStatus.REMOVED)  # a check is for everybody
    assert send_due_news(later(hours=2)) == 1
    assert [mail.recipients for mail in smtp.received] == [["second@mail.example"]]


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_two_workers_at_once_send_one_mail(smtp: MailServer) -> None:
    report = tell(submit())
    news(report, recipient(suffix="example.org"), person())
    told: list[int] = []

    def work() -> None:
        try:
            told.append(send_due_news())
        finally:
            close()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sum(told), len(smtp.received)) == (1, 1)


def test_site_without_a_neutral_address_neither_offers_nor_sends(
    client: Client,
    settings: Settings,
    smtp: MailServer,
    platform: Recipient,
    caseworker: User,
) -> None:
    sent = submit()
    news(tell(sent), platform, caseworker)
    settings.HELPLINE_NEWS_ADDRESS = ""
    assert send_due_news() == 0
    page = pressed(client, sent, go="news")
    assert "news" not in page.buttons
    assert "Link 1" in page.words


def test_sweep_asks_one_query_when_there_is_nothing_to_tell(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        tell(submit(f"https://example.org/{number}"))
    with django_assert_num_queries(1):
        send_due_news()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", []),
        ("post@berichten.example", []),
        ("news@helpline.test", ["report.E002"]),
        ("news@mail.helpline.test", ["report.E002"]),
        ("nobody", ["report.E001"]),
    ],
)
def test_deploy_check_finds_a_sender_that_tells(
    settings: Settings, address: str, found: list[str]
) -> None:
    settings.HELPLINE_NEWS_ADDRESS = address
    assert [error.id for error in news_address_errors()] == found
