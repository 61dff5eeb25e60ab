"""A mail about news that cannot be sent: asked again, or given up, and never sent twice."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.report.actions import (
    send_due_news,
)
from intake.report.actions.telling import AGAIN, REFUSALS
from intake.report.models import NewsByMail
from tests.intake.report.news.mailing import KIM, later, news, pressed, submit, tell
from tests.standins.smtp import MailServer, crooked_server, mail_server, talk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


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
