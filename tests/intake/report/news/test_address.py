"""Where news is mailed to: sealed, covered, changed, and gone when it is not wanted any more."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpline.privacy.erasure import erase_expired
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal.states import RequestStatus
from intake.removal.workflow import advance
from intake.report.actions import (
    ask_for_news,
    erase_report,
    send_due_news,
    stop_news,
)
from intake.report.models import NewsByMail, Report
from tests.intake.report.news.mailing import DAY, KIM, later, news, pressed, submit, tell
from tests.intake.report.walk import Page, posted
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


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
