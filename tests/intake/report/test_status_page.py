"""The status page without JavaScript: what it tells of each link, and what a visitor can do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from helpline.privacy import throttle
from helpline.privacy.models import DataKey
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.actions.statements import release_unheld_statements
from intake.removal.models import GroundRoute, Location, RemovalRequest, Sighting, Statement
from intake.removal.queries.steps import HANDED_AFTER
from intake.removal.states import RequestStatus, Work
from intake.report import codes
from intake.report.actions import (
    MAX_LINKS,
    LinkFacts,
    ReportFacts,
    Submitted,
    erase_report,
    submit_report,
)
from intake.report.models import Report
from intake.report.queries import find_report
from tests.intake.removal import factories
from tests.intake.removal.factories import ADULT, MINOR
from tests.intake.report.walk import Page, Walk, posted
from tests.standins.smtp import MailServer, mail_server

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


@pytest.fixture
def smtp(settings: Any) -> Any:
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_BASE_URL = "https://helpline.test"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def submit(count: int = 2, facts: removal.StatementFacts = ADULT) -> Submitted:
    return submit_report(
        service=default_service(),
        links=[LinkFacts(f"https://example.org/{number}", facts) for number in range(count)],
        about=ReportFacts(),
    )


def press(client: Client, sent: Submitted, go: str = "show", **more: str) -> Page:
    fields = {"code": [sent.code], "go": [go], **{name: [value] for name, value in more.items()}}
    return Page(posted(client, "/en/status/", fields))


def ask(location: Location, by: User, recipient: Recipient) -> RemovalRequest:
    """Ask somebody about a page, all the way to the mail that leaves."""
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    request = removal.propose(location, recipient, by=by)
    removal.choose(request, pair, by=by)
    removal.send_notice(removal.draft_notice([request], by=by), by=by)
    removal.send_due_notices()
    return RemovalRequest.objects.get(pk=request.pk)


def location_of(sent: Submitted, position: int = 0) -> Location:
    return Location.objects.get(statements__reported_link=sent.report.links.all()[position])


def test_link_tells_who_was_asked_what_the_law_gives_and_what_is_next(
    client: Client, smtp: MailServer
) -> None:
    sent = submit()
    by = factories.person()
    request = ask(location_of(sent), by, factories.recipient(suffix="example.org"))
    page = press(client, sent)
    assert request.due_at is not None
    for said in (
        "We asked Example photos to remove it.",
        "names no number of days",
        "If we hear nothing by",
        "1 we asked, and wait",
        "1 a colleague looks at it",
    ):
        assert said in page.words, said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("will_do", ("They say that they will remove it.", "If they do not, we ask again")),
        ("need_more", ("They need more information from us.", "we ask you on this page")),
    ],
)
def test_link_says_that_somebody_answered_and_what_follows(
    client: Client, smtp: MailServer, kind: str, said: tuple[str, ...]
) -> None:
    sent = submit(1)
    request = ask(location_of(sent), factories.person(), factories.recipient(suffix="example.org"))
    until = timezone.localdate() + timedelta(days=3) if kind == "will_do" else None
    claim = removal.Claim(1, removal.AnswerKind(kind), words="Which post?", until=until)
    removal.record_answers(request.entries.get().notice, [claim])
    page = press(client, sent)
    for words in said:
        assert words in page.words, words
    assert "wait for an answer" not in page.words
    assert "Which post?" not in page.words


def test_what_they_say_is_their_word_until_it_is_checked(client: Client, smtp: MailServer) -> None:
    sent = submit(1)
    by = factories.person()
    request = ask(location_of(sent), by, factories.recipient(suffix="example.org"))
    notice = request.entries.get().notice
    removal.record_answers(notice, [removal.Claim(1, removal.AnswerKind.REMOVED)])
    assert "That is their word." in press(client, sent).words
    removal.record_check(location_of(sent), gone=True, by=by)
    assert "Checked: it is gone." in press(client, sent).words


def test_saying_that_it_is_there_reaches_the_desk(client: Client) -> None:
    sent = submit()
    page = press(client, sent)
    assert {"say:still_there:2", "say:gone:2"} <= set(page.buttons)
    page = press(client, sent, "say:still_there:2")
    assert "Thank you for telling us about link 2." in page.words
    assert "say:still_there:2" not in page.buttons
    assert location_of(sent, 1).work == Work.LOOK
    assert location_of(sent, 0).work == Work.ASK
    page = press(client, sent, "say:still_there:2")
    assert "We knew that already" in page.words
    assert Sighting.objects.count() == 1


@pytest.mark.parametrize(
    "go", ["say", "say:x:1", "say:gone", "say:gone:9", "say:gone:-1", "say:gone:²"]
)
def test_saying_nothing_that_fits_changes_nothing(client: Client, go: str) -> None:
    sent = submit()
    assert "Link 1" in press(client, sent, go).words
    assert not Sighting.objects.exists()


def test_stopping_one_link_leaves_the_others(client: Client) -> None:
    sent = submit()
    assert "Stop asking for link 2?" in press(client, sent, "withdraw:2").words
    page = press(client, sent, "withdraw-now:2")
    assert "We stopped asking for link 2" in page.words
    stopped = [s.mandate_withdrawn_at is not None for s in Statement.objects.order_by("pk")]
    assert sorted(stopped) == [False, True]
    assert location_of(sent, 1).work == Work.DONE
    assert {"withdraw:1", "go-ahead:2"} <= set(page.buttons)


def test_who_stopped_us_can_ask_again(client: Client) -> None:
    sent = submit()
    press(client, sent, "withdraw-now")
    assert "go-ahead-now:1" in press(client, sent, "go-ahead:1").buttons
    assert press(client, sent, "go-ahead-now:1").errors
    page = press(client, sent, "go-ahead-now:1", declared="2026-11", mandate="no")
    assert "We go on." in page.words
    assert location_of(sent, 0).work == Work.ASK
    assert location_of(sent, 1).work == Work.DONE
    statement = location_of(sent, 0).statements.get()
    assert (statement.declaration_version, statement.gives_mandate) == ("2026-11", False)


def test_erase_asks_whether_to_stop(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sent = submit()
    page = press(client, sent, "erase")
    assert page.choices["removal"] == ["stop", "go-on"]
    assert press(client, sent, "erase-now").errors
    assert Report.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = press(client, sent, "erase-now", removal="stop")
    assert "Everything is erased" in page.words
    assert "key is destroyed" in page.words
    assert not Report.objects.exists()
    assert not Statement.objects.exists()
    assert not DataKey.objects.exists()
    assert "There is no report with this code" in press(client, sent).words


def test_erase_may_let_removal_go_on(
    client: Client,
    smtp: MailServer,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent = submit()
    by = factories.person()
    request = ask(location_of(sent), by, factories.recipient(suffix="example.org"))
    page = press(client, sent, "erase")
    assert "cannot be called back: Example photos" in page.words
    with django_capture_on_commit_callbacks(execute=True):
        page = press(client, sent, "erase-now", removal="go-on")
    assert "we go on with the removal" in page.words
    assert find_report(sent.code) is None
    assert not DataKey.objects.filter(kind="report").exists()
    assert RemovalRequest.objects.get(pk=request.pk).status == RequestStatus.SENT
    Statement.objects.update(created_at=F("created_at") - timedelta(hours=2))
    assert release_unheld_statements() == 0
    removal.record_check(Location.objects.get(pk=request.location_id), gone=True, by=by)
    assert release_unheld_statements() == 1
    assert Location.objects.filter(forgotten_at=None).count() == 1


def test_erase_with_nothing_under_way_asks_nothing(client: Client) -> None:
    sent = submit()
    press(client, sent, "withdraw-now")
    page = press(client, sent, "erase")
    assert page.choices == {}
    assert "Everything is erased" in press(client, sent, "erase-now").words


def test_hotlines_part_is_told_with_its_number_and_outcome(
    client: Client, smtp: MailServer
) -> None:
    factories.hotline()
    sent = submit(1, MINOR)
    removal.send_due_notices()
    page = press(client, sent)
    assert "They do not know who you are" in page.words
    assert "Number at the hotline" not in page.words
    for model in (Report, Statement, Location):
        moment = "age_assessed_at" if model is Location else "created_at"
        model.objects.update(**{moment: F(moment) - HANDED_AFTER})
    page = press(client, sent)
    notice = RemovalRequest.objects.get().entries.get().notice
    assert f"Number at the hotline: {notice.reference}" in page.words
    assert not [button for button in page.buttons if button.startswith("say")]
    removal.record_answers(notice, [removal.Claim(1, removal.AnswerKind.REMOVED)])
    page = press(client, sent)
    assert "The hotline says it is gone." in page.words
    assert "say:back:1" in page.buttons


def test_whole_page_of_two_hundred_links_asks_as_much_as_one(
    client: Client, smtp: MailServer
) -> None:
    one, many = submit(1), submit(200)
    ask(location_of(one), factories.person(), factories.recipient(suffix="example.org"))
    press(client, one, "say:gone:1")
    counts = []
    for sent in (one, many):
        press(client, sent)
        with CaptureQueriesContext(connection) as asked:
            press(client, sent)
        counts.append(len(asked))
    assert counts[1] <= counts[0] < 15


def test_code_stands_in_bodies_only(client: Client) -> None:
    sent = submit()
    page = press(client, sent)
    assert page.html.count(codes.grouped(sent.code)) == 0
    # In the hidden fields of the page's forms, and nowhere else.
    assert set(page.fields["code"]) == {sent.code}
    assert page.html.count(sent.code) == len(page.fields["code"])


# Links that are added later.


def add(client: Client, sent: Submitted, text: str, **answers: str) -> Page:
    """Walk the same careful pages from the status page on, and send."""
    walk = Walk(client)
    walk.page = Page(posted(client, walk.path, {"code": [sent.code], "go": ["to:links"]}))
    assert walk.page.fields["code"] == [sent.code]
    walk.to("check", text=text, **answers)
    assert "Your code stays the same" in walk.page.words
    assert "Lost is lost" not in walk.page.words
    return walk.press("send")


def test_added_links_stand_in_the_same_report(client: Client) -> None:
    sent = submit()
    assert "to:links" in press(client, sent).buttons
    page = add(client, sent, "https://example.org/new https://example.org/newer")
    assert "2 links are added to your report." in page.words
    assert "Link 4" in page.words
    assert Report.objects.count() == 1
    assert [link.position for link in sent.report.links.all()] == [0, 1, 2, 3]
    assert location_of(sent, 3).work == Work.ASK
    assert sent.report.links.all()[2].as_typed == "https://example.org/new"


def test_adding_asks_the_age_as_carefully(client: Client) -> None:
    sent = submit()
    add(client, sent, "https://example.org/new", age="unknown")
    assert location_of(sent, 2).is_possibly_minor


def test_added_twice_is_added_once(client: Client) -> None:
    sent = submit()
    add(client, sent, "https://example.org/new")
    page = add(client, sent, "https://example.org/new HTTPS://example.org/0")
    assert "stood in your report already" in page.words
    assert sent.report.links.count() == 3


def test_careful_word_about_a_link_that_was_there_counts(client: Client) -> None:
    factories.hotline()
    sent = submit()
    add(client, sent, "https://example.org/0", age="under_18")
    assert location_of(sent, 0).is_possibly_minor
    assert RemovalRequest.objects.get().is_hand_over
    assert sent.report.links.count() == 2


def test_too_many_links_are_refused_together(client: Client) -> None:
    sent = submit(MAX_LINKS - 1)
    page = add(client, sent, "https://example.org/x https://example.org/y")
    assert "Nothing was added" in page.words
    assert sent.report.links.count() == MAX_LINKS - 1


def test_adding_to_a_report_that_is_erased_says_so(client: Client) -> None:
    sent = submit()
    walk = Walk(client)
    walk.page = Page(posted(client, walk.path, {"code": [sent.code], "go": ["to:links"]}))
    walk.to("check", text="https://example.org/new")
    erase_report(report=sent.report)
    assert "There is no report with this code" in walk.press("send").words
    assert not Report.objects.exists()


def test_added_link_tells_only_of_what_came_after_it(client: Client, smtp: MailServer) -> None:
    sent, other = (
        submit(1),
        submit_report(
            service=default_service(),
            links=[LinkFacts("https://example.org/new", ADULT)],
            about=ReportFacts(),
        ),
    )
    ask(location_of(other), factories.person(), factories.recipient(suffix="example.org"))
    page = add(client, sent, "https://example.org/new")
    assert "We asked" not in page.words


def test_back_from_adding_leads_to_the_status_page(client: Client) -> None:
    sent = submit()
    page = Page(posted(client, "/en/report/", {"code": [sent.code], "go": ["to:links"]}))
    assert 'formaction="/en/status/"' in page.html
    assert "situation" not in page.fields
