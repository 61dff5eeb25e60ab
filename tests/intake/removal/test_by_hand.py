"""Notices that a colleague puts into the recipient's own form."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from helpline.services.models import Service
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import HandedIn
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    AgeInPicture,
    GroundRoute,
    Location,
    Notice,
    PictureAge,
    Receipt,
    RemovalEvent,
    RemovalRequest,
    Statement,
    Wish,
)
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL
from tests.intake.report.walk import Page
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

ABOUT = "https://platform.test/help"
FORM = "https://platform.test/report"


@pytest.fixture
def platform() -> Recipient:
    return factories.recipient(
        suffix="example.org",
        channel="form",
        address="",
        form_url=ABOUT,
        deep_link=FORM,
        notes="Choose “privacy”.",
    )


@pytest.fixture
def draft(ready: RemovalRequest, caseworker: User) -> Notice:
    return actions.draft_notice([ready], by=caseworker)


@pytest.fixture
def begun(draft: Notice, caseworker: User) -> Notice:
    actions.send_notice(draft, by=caseworker)
    return fresh(draft)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def page_of(notice: Notice) -> str:
    return f"/console/desk/notices/{notice.pk}/"


def test_walk_from_draft_to_the_number_on_file(draft: Notice, caseworker: User) -> None:
    client = sign_in(caseworker)
    page = Page(client.get(page_of(draft)))
    assert FORM not in page.html  # only who takes it on is led there
    page = Page(client.post(page_of(draft) + "send/", follow=True))
    assert f'href="{FORM}"' in page.html
    assert 'rel="noopener noreferrer external"' in page.html
    assert "Choose “privacy”." in page.words
    assert URL in page.html
    place = RemovalRequest.objects.get().location_id
    page = Page(client.get(f"/console/desk/{place}/"))
    assert "Vul hun formulier in" in page.words
    page = Page(client.get(page_of(draft)))
    assert f"notices+{draft.reference.lower()}@helpline.test" in page.words
    page = Page(
        client.post(
            page_of(draft) + "handed-in/", {"what": "taken", "number": " AB-12 "}, follow=True
        )
    )
    assert "Hun nummer AB-12" in page.words
    assert "met de hand ingevuld" in page.words
    assert FORM not in page.html
    notice = fresh(draft)
    assert notice.status == NoticeStatus.ACCEPTED
    assert notice.sent_at is not None
    request = RemovalRequest.objects.get()
    assert request.status == RequestStatus.SENT
    assert request.due_at is not None
    assert request.due_at > timezone.now() + timedelta(hours=71)  # their clock runs from now
    events = RemovalEvent.objects.filter(notice=notice, request=None)
    assert [event.became for event in events] == ["queued", "claimed", "attempting", "accepted"]
    assert {event.by for event in events} == {caseworker}


def test_number_is_sealed_and_goes_with_the_notice(begun: Notice, caseworker: User) -> None:
    actions.say_handed_in(begun, HandedIn.TAKEN, number="AB-12", by=caseworker)
    receipt = Receipt.objects.get()
    assert (receipt.number, receipt.noted_by) == ("AB-12", caseworker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM removal_receipt")
        (stored,) = cursor.fetchone()
    assert b"AB-12" not in bytes(stored)
    Notice.objects.filter(pk=begun.pk).delete()
    assert not Receipt.objects.exists()


def test_form_that_gave_no_number_is_taken_all_the_same(begun: Notice, caseworker: User) -> None:
    actions.say_handed_in(begun, HandedIn.TAKEN, by=caseworker)
    assert fresh(begun).status == NoticeStatus.ACCEPTED
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("what", "status", "request_status"),
    [
        (HandedIn.REFUSED, NoticeStatus.REJECTED, RequestStatus.REJECTED),
        (HandedIn.UNSURE, NoticeStatus.UNCERTAIN, RequestStatus.UNCERTAIN),
    ],
)
def test_form_that_did_not_go_through(
    begun: Notice, caseworker: User, what: HandedIn, status: str, request_status: str
) -> None:
    actions.say_handed_in(begun, what, number="AB-12", by=caseworker)
    assert fresh(begun).status == status
    assert RemovalRequest.objects.get().status == request_status
    assert not Receipt.objects.exists()  # a number is of what they took


def test_worker_never_touches_a_form(begun: Notice, smtp: MailServer) -> None:
    for days in range(30):
        actions.send_due_notices(timezone.now() + timedelta(days=days))
    assert smtp.received == []
    assert fresh(begun).status == NoticeStatus.QUEUED


def test_form_is_filled_in_once(draft: Notice, caseworker: User) -> None:
    """Two colleagues who both read the draft: one of them takes it on."""
    sam = factories.person("sam")
    other = fresh(draft)
    actions.send_notice(draft, by=caseworker)
    with pytest.raises(RefusedError) as refused:
        actions.send_notice(other, by=sam)
    assert refused.value.refusal is Refusal.CHANGED
    page = Page(sign_in(sam).get(page_of(draft)))
    assert "kim vult het in" in page.words
    actions.say_handed_in(fresh(draft), HandedIn.TAKEN, by=caseworker)
    with pytest.raises(RefusedError):
        actions.say_handed_in(fresh(draft), HandedIn.TAKEN, by=sam)
    assert RemovalEvent.objects.filter(notice=draft, became="accepted").count() == 1


def test_form_that_was_not_begun_is_given_back(begun: Notice, caseworker: User) -> None:
    actions.cancel_notice(begun, by=caseworker)
    assert fresh(begun).status == NoticeStatus.CANCELLED
    assert RemovalRequest.objects.get().status == RequestStatus.READY


@pytest.mark.parametrize("typed", [{}, {"what": "x"}, {"what": "taken", "number": "9" * 201}])
def test_what_cannot_be_kept_stays_in_the_boxes(
    begun: Notice, caseworker: User, typed: dict[str, str]
) -> None:
    response = sign_in(caseworker).post(page_of(begun) + "handed-in/", typed)
    page = Page(response)
    assert page.status == 200
    assert "govuk-error-message" in page.html
    assert typed.get("number", "") in page.html
    assert fresh(begun).status == NoticeStatus.QUEUED


def test_dry_run_leads_to_no_form_and_takes_no_word(
    begun: Notice, caseworker: User, settings: Settings
) -> None:
    settings.HELPLINE_DRY_RUN = True
    client = sign_in(caseworker)
    page = Page(client.get(page_of(begun)))
    assert FORM not in page.html
    assert "op proef" in page.words
    with pytest.raises(RefusedError) as refused:
        actions.say_handed_in(begun, HandedIn.TAKEN, by=caseworker)
    assert refused.value.refusal is Refusal.DRY_RUN
    assert fresh(begun).status == NoticeStatus.QUEUED


def test_another_service_cannot_say_anything(begun: Notice) -> None:
    other = factories.person("lou", service=Service.objects.create(slug="other", name="Other"))
    with pytest.raises(PermissionDenied):
        actions.say_handed_in(begun, HandedIn.TAKEN, by=other)
    assert sign_in(other).post(page_of(begun) + "handed-in/").status_code == 404


def test_possible_minor_is_touched_by_no_form(begun: Notice, caseworker: User) -> None:
    """Somebody says so while a colleague has the form open, and nothing took it back yet."""
    Location.objects.update(picture_age=PictureAge.POSSIBLY_MINOR)
    for what in HandedIn:
        with pytest.raises(RefusedError) as refused:
            actions.say_handed_in(fresh(begun), what, number="1", by=caseworker)
        assert refused.value.refusal is Refusal.POSSIBLY_MINOR
    assert fresh(begun).status == NoticeStatus.QUEUED
    page = Page(sign_in(caseworker).get(page_of(begun)))
    assert FORM not in page.html
    assert URL not in page.html


def test_form_in_hand_is_covered_when_the_age_is_corrected(begun: Notice, caseworker: User) -> None:
    actions.correct_age(Statement.objects.get(), AgeInPicture.UNDER_18)
    assert fresh(begun).status == NoticeStatus.UNCERTAIN
    page = Page(sign_in(caseworker).get(page_of(begun)))
    assert FORM not in page.html
    assert URL not in page.html
    page = Page(
        sign_in(caseworker).post(page_of(begun) + "resolve/", {"answer": "yes"}, follow=True)
    )
    assert URL not in page.html
    assert fresh(begun).status == NoticeStatus.ACCEPTED
    assert request_of(begun).status == RequestStatus.WITHDRAWN


# Somebody stops it while a colleague has the form: nobody else knows whether it was handed in.


def request_of(notice: Notice) -> RemovalRequest:
    return RemovalRequest.objects.get(entries__notice=notice)


@pytest.fixture
def stopped(begun: Notice) -> Notice:
    actions.withdraw_mandate(Statement.objects.get())
    notice = fresh(begun)
    assert notice.status == NoticeStatus.UNCERTAIN
    assert request_of(notice).status == RequestStatus.WITHDRAWN
    return notice


def ask_again(platform: Recipient, pair: GroundRoute, caseworker: User) -> Notice:
    """The reporter wants it gone after all, and the same platform is asked."""
    actions.change_wish(
        Statement.objects.get(), Wish.REMOVE, declaration_version="1", mandate_version="1"
    )
    request = actions.propose(Location.objects.get(), platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    return actions.draft_notice([request], by=caseworker)


def test_stopped_form_asks_who_has_it(stopped: Notice, caseworker: User) -> None:
    page = Page(sign_in(caseworker).get(page_of(stopped)))
    assert "terwijl kim hun formulier had" in page.words
    assert FORM not in page.html


def test_form_that_was_handed_in_all_the_same_keeps_its_number(
    stopped: Notice, caseworker: User
) -> None:
    """The page with the form was still open elsewhere."""
    client = sign_in(caseworker)
    said = {"what": "taken", "number": "AB-12"}
    page = Page(client.post(page_of(stopped) + "handed-in/", said, follow=True))
    assert "Hun nummer AB-12" in page.words
    assert fresh(stopped).status == NoticeStatus.ACCEPTED
    assert request_of(stopped).status == RequestStatus.WITHDRAWN


def test_nobody_knows_yet_leaves_it_for_a_person(stopped: Notice, caseworker: User) -> None:
    actions.say_handed_in(stopped, HandedIn.UNSURE, by=caseworker)
    assert fresh(stopped).status == NoticeStatus.UNCERTAIN


@pytest.mark.parametrize("was_sent", [True, False])
def test_stopped_form_goes_once_in_a_round(
    stopped: Notice, platform: Recipient, pair: GroundRoute, caseworker: User, was_sent: bool
) -> None:
    actions.resolve_uncertain(stopped, was_sent=was_sent, by=caseworker)
    again = ask_again(platform, pair, caseworker)
    assert again.entries.get().round == 2
    assert stopped.entries.get().round == 1


def test_notice_that_went_before_the_age_was_known_is_covered(
    begun: Notice, caseworker: User
) -> None:
    actions.say_handed_in(begun, HandedIn.TAKEN, by=caseworker)
    client = sign_in(caseworker)
    assert URL in Page(client.get(page_of(begun))).html
    actions.correct_age(Statement.objects.get(), AgeInPicture.UNDER_18)
    assert URL not in Page(client.get(page_of(begun))).html
