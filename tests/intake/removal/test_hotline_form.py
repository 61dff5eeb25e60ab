"""A possible minor's page whose hotline takes its own form: one caseworker fills it in, on record.

That nothing else reaches the page is shown by test_untouched.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim, HandedIn
from intake.removal.errors import Refusal, RefusedError
from intake.removal.linter import Missing
from intake.removal.models import (
    AgeInPicture,
    DeskEvent,
    Location,
    Notice,
    Receipt,
    RemovalRequest,
    Statement,
)
from intake.removal.queries import progress_of
from intake.removal.queries.desk import location_view
from intake.removal.queries.steps import HANDED_AFTER, HANDED_BY_HAND_AFTER
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.report.walk import Page
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

FORM = "https://hotline.test/report"
NUMBER = "MK-2026-7"


@pytest.fixture
def hotline() -> Recipient:
    return factories.hotline(channel="form", address="", form_url=FORM, notes="Public pages only.")


@pytest.fixture
def reported(hotline: Recipient) -> Location:
    """By somebody who does not know the age."""
    return place(register(age_in_picture="unknown"))


@pytest.fixture
def taken_on(reported: Location, caseworker: User) -> Notice:
    return fresh(actions.take_on_form(reported, by=caseworker))


def place(statement: Statement) -> Location:
    return Location.objects.select_related("service").get(pk=statement.location_id)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.select_related("service", "recipient").get(pk=notice.pk)


def page_of(notice: Notice) -> str:
    return f"/console/desk/notices/{notice.pk}/"


def copies() -> int:
    return AuditEntry.objects.filter(action="copy_address").count()


def press(client: Client, address: str, **typed: str) -> Page:
    return Page(client.post(address, typed, follow=True))


def test_walk_from_the_queue_to_the_hotlines_word(reported: Location, caseworker: User) -> None:
    client = sign_in(caseworker)
    assert "Nog te versturen" in Page(client.get("/console/desk/")).words
    location = f"/console/desk/{reported.pk}/"
    page = Page(client.get(location))
    assert "The hotline takes" not in page.words
    assert f"{location}hand-over/form/" in page.html
    page = press(client, f"{location}hand-over/form/")
    notice = Notice.objects.get()
    assert notice.is_hand_over
    assert (notice.status, notice.confirmed_by) == (NoticeStatus.QUEUED, caseworker)
    # Neither the address nor the form is there before it is asked for, and asking is on record.
    assert URL not in page.html
    assert FORM not in page.html
    assert copies() == 0

    page = press(client, page_of(notice) + "copy/")
    assert copies() == 1
    assert f'href="{FORM}"' in page.html
    assert 'rel="noopener noreferrer external"' in page.html
    assert "Public pages only." in page.words
    assert f'href="{URL}' not in page.html
    assert f">{URL}</textarea>" in page.html
    assert URL not in Page(client.get(page_of(notice))).html
    assert URL not in Page(client.get(location)).html

    page = press(client, page_of(notice) + "handed-in/", what="taken", number=NUMBER)
    assert f"Hun nummer {NUMBER}" in page.words
    assert URL not in page.html
    request = RemovalRequest.objects.get()
    assert request.status == RequestStatus.SENT
    assert request.due_at is not None
    assert request.due_at > timezone.now() + timedelta(hours=1)  # their clock runs from now
    assert Location.objects.get().work == Work.HAND_OVER

    actions.record_answers(fresh(notice), [Claim(1, AnswerKind.REMOVED)])
    assert Location.objects.get().work == Work.DONE
    assert "Ze zeggen dat het weg is" in Page(client.get(location)).words


def test_text_holds_what_a_hand_over_by_mail_holds(taken_on: Notice, caseworker: User) -> None:
    handwork = actions.copy_for_form(taken_on, by=caseworker)
    assert handwork.form_url == FORM
    assert handwork.urls == URL
    assert handwork.name == "Helpline for tests"
    assert handwork.reply_to == f"notices+{taken_on.reference.lower()}@helpline.test"
    by_mail = actions.envelope_of(taken_on)
    assert handwork.text == by_mail.text
    assert URL in handwork.text
    assert "/answer/" in handwork.text


def test_each_copy_is_in_the_history_with_its_reason(taken_on: Notice, caseworker: User) -> None:
    for _time in range(2):
        actions.copy_for_form(taken_on, by=caseworker)
    assert copies() == 2
    view = location_view(Location.objects.select_related("service").get())
    lines = [line for line in view.history if line.what == "Address copied"]
    assert [(line.why, line.who) for line in lines] == [("For the recipient’s own form", "kim")] * 2


def test_what_is_not_on_record_is_not_shown(
    taken_on: Notice, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr("helpline.staff.audit.record", broken)
    with pytest.raises(OSError):  # noqa: PT011 -- ours, without words
        actions.copy_for_form(taken_on, by=caseworker)


def test_who_did_not_take_it_on_is_not_shown_the_address(taken_on: Notice) -> None:
    sam = factories.person("sam")
    with pytest.raises(RefusedError) as refused:
        actions.copy_for_form(taken_on, by=sam)
    assert refused.value.refusal is Refusal.TAKEN_ON
    client = sign_in(sam)
    page = Page(client.get(page_of(taken_on)))
    assert "kim vult het in" in page.words
    assert "copy/" not in page.html
    assert URL not in press(client, page_of(taken_on) + "copy/").html
    assert copies() == 0
    # Given back, it is for who takes it on then; a colleague may also say what became of it.
    actions.give_form_back(taken_on, by=sam)
    again = fresh(actions.take_on_form(place(Statement.objects.get()), by=sam))
    assert actions.copy_for_form(again, by=sam).urls == URL
    actions.say_handed_in(again, HandedIn.TAKEN, by=factories.person("lou"))
    assert fresh(again).status == NoticeStatus.ACCEPTED


def test_form_is_taken_on_once(reported: Location, taken_on: Notice) -> None:
    with pytest.raises(RefusedError) as refused:
        actions.take_on_form(reported, by=factories.person("sam"))
    assert refused.value.refusal is Refusal.CHANGED
    assert Notice.objects.count() == 1


def test_form_that_is_given_back_is_ready_again(
    taken_on: Notice, reported: Location, caseworker: User
) -> None:
    page = press(sign_in(caseworker), page_of(taken_on) + "cancel/")
    assert "Teruggenomen" in page.words
    assert fresh(taken_on).status == NoticeStatus.CANCELLED
    assert RemovalRequest.objects.get().status == RequestStatus.READY
    assert Location.objects.get().work == Work.SEND
    with pytest.raises(RefusedError):
        actions.copy_for_form(taken_on, by=caseworker)
    actions.take_on_form(reported, by=caseworker)
    assert RemovalRequest.objects.get().round == 1


@pytest.mark.parametrize(
    ("what", "status", "request_status", "work"),
    [
        (HandedIn.TAKEN, NoticeStatus.ACCEPTED, RequestStatus.SENT, Work.HAND_OVER),
        (HandedIn.REFUSED, NoticeStatus.REJECTED, RequestStatus.REJECTED, Work.DECIDE),
        (HandedIn.UNSURE, NoticeStatus.UNCERTAIN, RequestStatus.UNCERTAIN, Work.UNCLEAR),
    ],
)
def test_what_became_of_it(
    taken_on: Notice,
    caseworker: User,
    what: HandedIn,
    status: str,
    request_status: str,
    work: str,
) -> None:
    actions.say_handed_in(taken_on, what, number=NUMBER, by=caseworker)
    assert fresh(taken_on).status == status
    assert RemovalRequest.objects.get().status == request_status
    assert Location.objects.get().work == work
    assert [each.number for each in Receipt.objects.all()] == (
        [NUMBER] if what == HandedIn.TAKEN else []
    )
    if what != HandedIn.UNSURE:  # of that somebody may say later how it was
        with pytest.raises(RefusedError):
            actions.say_handed_in(fresh(taken_on), HandedIn.TAKEN, by=caseworker)
    with pytest.raises(RefusedError):
        actions.copy_for_form(taken_on, by=caseworker)


def test_form_that_did_not_go_through_is_filled_in_anew(
    taken_on: Notice, reported: Location, caseworker: User
) -> None:
    actions.say_handed_in(taken_on, HandedIn.REFUSED, by=caseworker)
    page = Page(sign_in(caseworker).get(page_of(taken_on)))
    assert "draag het dan opnieuw over" in page.words
    actions.hand_over_again(reported, by=caseworker)
    again = fresh(actions.take_on_form(reported, by=caseworker))
    assert "message number 2" in actions.copy_for_form(again, by=caseworker).text
    actions.say_handed_in(again, HandedIn.UNSURE, by=caseworker)
    actions.resolve_uncertain(fresh(again), was_sent=False, by=caseworker)
    third = fresh(actions.take_on_form(reported, by=caseworker))
    actions.say_handed_in(third, HandedIn.UNSURE, by=caseworker)
    actions.resolve_uncertain(fresh(third), was_sent=True, by=caseworker)
    request = RemovalRequest.objects.get()
    assert (request.status, request.round) == (RequestStatus.SENT, 3)


@pytest.mark.parametrize(
    ("kind", "work"),
    [
        (AnswerKind.REMOVED, Work.DONE),
        (AnswerKind.WILL_DO, Work.HAND_OVER),
        (AnswerKind.NEED_MORE, Work.DECIDE),
        (AnswerKind.NOT_OURS, Work.DECIDE),
        (AnswerKind.REFUSED, Work.DECIDE),  # not illegal, they say
    ],
)
def test_hotline_says_the_outcome_as_after_a_mail(
    taken_on: Notice, caseworker: User, kind: AnswerKind, work: str
) -> None:
    actions.say_handed_in(taken_on, HandedIn.TAKEN, number=NUMBER, by=caseworker)
    until = timezone.localdate() + timedelta(days=2) if kind == AnswerKind.WILL_DO else None
    actions.record_answers(fresh(taken_on), [Claim(1, kind, until=until)])
    assert Location.objects.get().work == work


def test_worker_never_fills_it_in(reported: Location, caseworker: User, smtp: MailServer) -> None:
    for days in range(30):
        assert actions.send_due_notices(timezone.now() + timedelta(days=days)) == 0
    assert not Notice.objects.exists()
    notice = actions.take_on_form(reported, by=caseworker)
    for days in range(30):
        actions.send_due_notices(timezone.now() + timedelta(days=days))
    assert smtp.received == []
    assert fresh(notice).status == NoticeStatus.QUEUED


def test_forms_that_wait_hold_up_no_mail_of_another_service(
    hotline: Recipient, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.removal.actions.hand_over.LOCATIONS_A_SWEEP", 1)
    for number in range(2):
        register(f"{URL}/{number}", age_in_picture="unknown")
    other = Service.objects.create(slug="other", name="Other")
    factories.hotline(service=other, name="Theirs")
    later = register(f"{URL}/other", age_in_picture="unknown")
    Location.objects.filter(pk=later.location_id).update(service=other)
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["in@hotline.test"]]


def test_what_waited_for_a_mail_is_for_a_person_when_the_hotline_takes_a_form(
    smtp: MailServer, caseworker: User
) -> None:
    """Another entry took over, or this one was changed: the desk says so, and nothing is mailed."""
    first = factories.hotline(address="old@hotline.test")
    waiting = place(register(age_in_picture="unknown"))
    smtp.on_data = "451 later"
    actions.send_due_notices()
    assert Notice.objects.get().status == NoticeStatus.QUEUED
    smtp.on_data = ""
    Recipient.objects.filter(pk=first.pk).update(channel="form", form_url=FORM)
    Notice.objects.update(next_action_at=timezone.now())
    actions.send_due_notices()
    actions.send_due_notices()
    assert smtp.received == []
    assert Location.objects.get().work == Work.SEND
    new = factories.hotline(name="New", channel="form", address="", form_url=FORM)
    Recipient.objects.filter(pk=first.pk).update(active=False)
    actions.send_due_notices()
    assert RemovalRequest.objects.get().recipient == new
    notice = actions.take_on_form(waiting, by=caseworker)
    assert notice.recipient == new


def test_form_that_was_taken_on_is_not_laid_out_when_the_hotline_takes_mail(
    taken_on: Notice, hotline: Recipient, caseworker: User, smtp: MailServer
) -> None:
    Recipient.objects.filter(pk=hotline.pk).update(channel="mail", address="in@hotline.test")
    with pytest.raises(RefusedError) as refused:
        actions.copy_for_form(fresh(taken_on), by=caseworker)
    assert refused.value.missing == [Missing.CHANNEL]
    actions.give_form_back(fresh(taken_on), by=caseworker)
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["in@hotline.test"]]


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        ({"form_url": "http://hotline.test/report"}, Missing.FORM),
        ({"form_url": ""}, Missing.FORM),
        ({"channel": "webhook", "connection": "partner"}, Missing.CHANNEL),
    ],
)
def test_desk_says_why_a_hand_over_cannot_go(
    reported: Location, caseworker: User, entry: dict[str, str], missing: Missing
) -> None:
    Recipient.objects.update(**entry)
    (asked,) = location_view(reported).asked
    assert asked.missing == [missing]
    page = Page(sign_in(caseworker).get(f"/console/desk/{reported.pk}/"))
    assert "hand-over/form/" not in page.html
    with pytest.raises(RefusedError):
        actions.take_on_form(reported, by=caseworker)
    assert not Notice.objects.exists()


def test_hotline_that_takes_mail_has_no_form_to_fill_in(caseworker: User) -> None:
    factories.hotline()
    waiting = place(register(age_in_picture="unknown"))
    with pytest.raises(RefusedError) as refused:
        actions.take_on_form(waiting, by=caseworker)
    assert refused.value.refusal is Refusal.NOT_NOW


def test_dry_run_shows_no_address_and_takes_no_word(
    taken_on: Notice, caseworker: User, settings: Settings
) -> None:
    settings.HELPLINE_DRY_RUN = True
    another = place(register(f"{URL}/2", age_in_picture="unknown"))
    for act in (
        lambda: actions.take_on_form(another, by=caseworker),
        lambda: actions.copy_for_form(taken_on, by=caseworker),
        lambda: actions.say_handed_in(taken_on, HandedIn.TAKEN, by=caseworker),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.refusal is Refusal.DRY_RUN
    assert copies() == 0


def test_another_service_can_do_nothing(reported: Location, caseworker: User) -> None:
    lou = factories.person("lou", service=Service.objects.create(slug="other", name="Other"))
    with pytest.raises(PermissionDenied):
        actions.take_on_form(reported, by=lou)
    notice = fresh(actions.take_on_form(reported, by=caseworker))
    for act in (actions.copy_for_form, actions.give_form_back):
        with pytest.raises(PermissionDenied):
            act(notice, by=lou)
    client = sign_in(lou)
    assert client.post(f"/console/desk/{reported.pk}/hand-over/form/").status_code == 404
    assert client.post(page_of(notice) + "copy/").status_code == 404


def test_page_that_nobody_reports_any_more_is_called_back(
    taken_on: Notice, caseworker: User
) -> None:
    """Who has the form says whether it was handed in by then; its address is erased."""
    actions.release_statement(Statement.objects.get())
    assert fresh(taken_on).status == NoticeStatus.UNCERTAIN
    with pytest.raises(RefusedError):
        actions.copy_for_form(fresh(taken_on), by=caseworker)
    actions.say_handed_in(fresh(taken_on), HandedIn.TAKEN, by=caseworker)
    assert fresh(taken_on).status == NoticeStatus.ACCEPTED
    assert RemovalRequest.objects.get().status == RequestStatus.WITHDRAWN


def test_what_others_were_asked_stops_and_the_form_is_ready(
    queued: Notice, hotline: Recipient, caseworker: User
) -> None:
    """Reported as an adult's, and corrected while a notice to the platform waits."""
    actions.correct_age(Statement.objects.get(), AgeInPicture.UNDER_18)
    assert fresh(queued).status == NoticeStatus.CANCELLED
    assert Location.objects.get().work == Work.SEND
    notice = actions.take_on_form(place(Statement.objects.get()), by=caseworker)
    assert notice.recipient == hotline


def test_reported_again_while_somebody_fills_it_in_goes_once(
    taken_on: Notice, reported: Location, caseworker: User
) -> None:
    register(age_in_picture="under_18")
    actions.withdraw_mandate(Statement.objects.earliest("pk"))
    assert fresh(taken_on).status == NoticeStatus.QUEUED
    assert RemovalRequest.objects.get().round == 1
    actions.say_handed_in(taken_on, HandedIn.TAKEN, by=caseworker)
    register(age_in_picture="under_18")
    with pytest.raises(RefusedError):
        actions.take_on_form(reported, by=caseworker)


def test_later_reporter_does_not_learn_that_the_hotline_has_it(
    taken_on: Notice, caseworker: User
) -> None:
    """A form takes a colleague hours, so what is there in ten minutes was there before."""
    actions.say_handed_in(taken_on, HandedIn.TAKEN, number=NUMBER, by=caseworker)
    later = register(age_in_picture="under_18")
    since = later.created_at
    soon = progress_of(later, since, since + HANDED_AFTER)
    assert (soon.state, soon.steps, soon.hotline_reference) == ("with_hotline", [], "")
    progress = progress_of(later, since, since + HANDED_BY_HAND_AFTER)
    assert [step.key for step in progress.steps] == ["handed_over"]
    # Ours, since one that they made can tell when they got it.
    assert progress.hotline_reference == taken_on.reference


def test_deed_names_no_address(taken_on: Notice, caseworker: User) -> None:
    actions.copy_for_form(taken_on, by=caseworker)
    entry = AuditEntry.objects.get(action="copy_address")
    assert (entry.actor, entry.subject_kind) == ("kim", "location")
    assert entry.subject_id == str(Location.objects.get().pk)
    deed = DeskEvent.objects.get()
    assert (deed.what, deed.why, deed.by) == ("copied", "form", caseworker)
