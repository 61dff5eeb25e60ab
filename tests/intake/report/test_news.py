"""A mail when there is news: only when asked for, once, at most daily, and it tells nothing."""

import email
import re
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.privacy import throttle
from helpline.privacy.erasure import erase_expired
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.stopping import stop_requests
from intake.removal.models import GroundRoute, Location, RemovalRequest
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import advance
from intake.report.actions import (
    LinkFacts,
    ReportFacts,
    Submitted,
    ask_for_news,
    erase_report,
    send_due_news,
    stop_news,
    submit_report,
)
from intake.report.actions.telling import AGAIN, REFUSALS
from intake.report.checks import news_address_errors
from intake.report.models import NewsByMail, Report
from intake.report.talk.actions import write as write_to_reporter
from tests.databases import close
from tests.intake.removal.factories import ADULT, hotline, person, recipient
from tests.intake.report.walk import Page, posted
from tests.standins.smtp import MailServer, crooked_server, mail_server, talk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

KIM = "kim@mail.example"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def names(settings: Settings) -> None:
    throttle._limiter.cache_clear()
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_BASE_URL = "https://helpline.test"
    settings.HELPLINE_NEWS_ADDRESS = "post@berichten.example"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.5


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def caseworker() -> User:
    return person()


@pytest.fixture
def platform() -> Recipient:
    return recipient(suffix="example.org")


def submit(
    url: str = "https://example.org/p/81", facts: removal.StatementFacts = ADULT
) -> Submitted:
    return submit_report(
        service=default_service(), links=[LinkFacts(url, facts)], about=ReportFacts()
    )


def tell(sent: Submitted, address: str = KIM, language: str = "nl") -> Report:
    ask_for_news(report=sent.report, address=address, language=language)
    return sent.report


def news(report: Report, platform: Recipient, by: User) -> RemovalRequest:
    """Something that the status page shows: a colleague asked the platform."""
    location = Location.objects.get(statements__reported_link__report=report)
    request = removal.propose(location, platform, by=by)
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    removal.choose(request, pair, by=by)
    advance(request, RequestStatus.QUEUED, by=by)
    advance(request, RequestStatus.SENT, by=by)
    return request


def later(days: float = 0, **more: float) -> datetime:
    return timezone.now() + timedelta(days=days, **more)


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def pressed(client: Client, sent: Submitted, language: str = "en", **fields: str) -> Page:
    given = {name: [value] for name, value in fields.items()}
    return Page(posted(client, f"/{language}/status/", {"code": [sent.code], **given}))


# What goes out.


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


# When it does not go well.


def test_server_that_is_away_or_busy_is_asked_again(
    settings: Settings, platform: Recipient, caseworker: User
) -> None:
    report = tell(submit())
    news(report, platform, caseworker)
    settings.EMAIL_PORT = 1
    assert send_due_news() == 0
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        server.on_recipient = "451 busy"
        assert send_due_news(timezone.now() + AGAIN / 2) == 0
        assert send_due_news(later(0.1)) == 0
        server.on_recipient = ""
        assert send_due_news(later(0.2)) == 1
        assert send_due_news(later(0.3)) == 0
        assert len(server.received) == 1


def test_server_that_is_away_is_asked_once_a_sweep(
    settings: Settings, platform: Recipient, caseworker: User
) -> None:
    for number in range(3):
        report = tell(submit(f"https://example.org/{number}"))
        news(report, platform, caseworker)
    calls: list[int] = []

    def busy(caller: Any) -> None:
        calls.append(1)
        caller.sendall(b"421 not now\r\n")

    with crooked_server(busy) as port:
        settings.EMAIL_PORT = port
        send_due_news()
    assert len(calls) == 1


def test_mail_that_may_have_arrived_is_not_sent_again(
    settings: Settings, platform: Recipient, caseworker: User
) -> None:
    report = tell(submit())
    news(report, platform, caseworker)
    calls: list[int] = []

    def lost(caller: Any) -> None:
        calls.append(1)
        talk(caller, drop_inside_data=True)

    with crooked_server(lost) as port:
        settings.EMAIL_PORT = port
        for days in (0, 1.1, 2.2):
            send_due_news(later(days))
    assert len(calls) == 1


def test_address_that_is_refused_again_and_again_is_erased_and_said_so(
    client: Client, smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    sent = submit()
    news(tell(sent), platform, caseworker)
    smtp.on_recipient = "550 no such person"
    for day in range(REFUSALS):
        assert NewsByMail.objects.get().address == KIM
        assert send_due_news(later(1.01 * day)) == 0
    row = NewsByMail.objects.get()
    assert (row.address, row.next_mail_at) == (None, None)
    assert "was refused each time" in pressed(client, sent, go="news").words
    page = pressed(client, sent, go="news-on", address="other@mail.example")
    assert "From now on you get a mail" in page.words
    assert NewsByMail.objects.get().address == "other@mail.example"


def test_one_refusal_erases_nothing_and_is_forgotten(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    news(tell(submit()), platform, caseworker)
    smtp.on_recipient = "554 we do not like the sender"
    assert send_due_news() == 0
    smtp.on_recipient = ""
    assert send_due_news(later(1.01)) == 1
    assert NewsByMail.objects.get().refusals == 0


# The address.


def test_address_is_sealed(client: Client) -> None:
    sent = submit()
    pressed(client, sent, go="news-on", address=KIM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM report_newsbymail")
        stored = repr(
            [bytes(c) if isinstance(c, memoryview) else c for r in cursor.fetchall() for c in r]
        )
    assert "kim" not in stored
    assert "mail.example" not in stored
    assert NewsByMail.objects.get().address == KIM


def test_address_goes_at_once_when_it_is_stopped(
    client: Client, smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    sent = submit()
    pressed(client, sent, go="news-on", address=KIM)
    news(sent.report, platform, caseworker)
    page = pressed(client, sent, go="news-off")
    assert "The address is erased" in page.words
    assert not NewsByMail.objects.exists()
    assert send_due_news() == 0
    assert smtp.received == []
    stop_news(report=sent.report)  # twice is no trouble


def test_address_goes_with_the_report(smtp: MailServer) -> None:
    erase_report(report=tell(submit()))
    assert not NewsByMail.objects.exists()
    report = tell(submit())
    Report.objects.filter(pk=report.pk).update(settled_at=timezone.now() - 91 * DAY)
    erase_expired()
    assert not NewsByMail.objects.exists()


def test_address_is_covered_and_can_be_changed(client: Client) -> None:
    sent = submit()
    pressed(client, sent, go="news-on", address=KIM)
    page = pressed(client, sent, go="news")
    covered = [part for part in page.html.split("<details") if KIM in part]
    assert len(covered) == 1
    assert "Show the address" in covered[0]
    assert page.fields["address"] == [""]
    pressed(client, sent, go="news-on", address="Other@Mail.example")
    assert NewsByMail.objects.get().address == "Other@Mail.example"


def test_another_address_gets_no_second_mail_on_the_same_day(
    smtp: MailServer, platform: Recipient, caseworker: User
) -> None:
    sent = submit()
    request = news(tell(sent), platform, caseworker)
    assert send_due_news() == 1
    tell(sent, "other@mail.example")
    advance(request, RequestStatus.SAID_REMOVED)
    assert send_due_news(later(0.5)) == 0
    assert send_due_news(later(1.01)) == 1
    assert smtp.received[1].recipients == ["other@mail.example"]


def test_what_it_shows_to_others_is_said_first(client: Client) -> None:
    sent = submit()
    assert "news" in pressed(client, sent).buttons
    page = pressed(client, sent, go="news")
    for said in (
        "Does somebody else read your mail",
        "light up on a locked phone",
        "post@berichten.example",
        "There is news. You know where to look.",
        "we send no test",
    ):
        assert said in page.words


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kim",
        "kim@",
        "@mail.example",
        "kim@localhost",
        "kim@mail.example, lee@mail.example",
        "kim@mail.example\nBcc: lee@mail.example",
        "kim <kim@mail.example>",
        "kïm@mail.example",
        "kim@" + "a" * 300 + ".example",
        "kim@mail..example",
    ],
)
def test_what_is_no_address_is_explained_and_kept(client: Client, typed: str) -> None:
    sent = submit()
    fields = {"code": [sent.code], "go": ["news-on"], "address": [typed]}
    page = Page(posted(client, "/en/status/", fields))
    assert page.errors
    assert "A mail address looks like" in page.words
    assert not NewsByMail.objects.exists()
    with pytest.raises(ValueError, match="address"):
        ask_for_news(report=sent.report, address=typed, language="en")


def test_address_in_other_letters_is_mailed_as_servers_know_it(client: Client) -> None:
    sent = submit()
    pressed(client, sent, go="news-on", address=" kim@bücher.example ")
    assert NewsByMail.objects.get().address == "kim@xn--bcher-kva.example"


def test_many_addresses_are_slowed_down(client: Client) -> None:
    sent = submit()
    for number in range(10):
        pressed(client, sent, go="news-on", address=f"kim{number}@mail.example")
    page = pressed(client, sent, go="news-on", address=KIM)
    assert "There were many addresses" in page.words
    assert page.fields["address"] == [KIM]
    assert NewsByMail.objects.get().address == "kim9@mail.example"


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


def test_sweep_asks_one_query_when_there_is_nothing_to_tell(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        tell(submit(f"https://example.org/{number}"))
    with django_assert_num_queries(1):
        send_due_news()
