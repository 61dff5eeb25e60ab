"""What a notice is made of: which requests, in which language and form, and when it may still go."""

import csv
import io
from typing import Any

import pytest
import xarf

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions, composing
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.composing import fill
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    RemovalRequest,
)
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]


def draft(urls: list[str], recipient: Recipient, by: User, **facts: Any) -> Notice:
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    requests = []
    for url in urls:
        location = Location.objects.get(pk=register(url, **facts).location_id)
        request = actions.propose(location, recipient, by=by)
        actions.choose(request, pair, by=by)
        requests.append(request)
    return actions.draft_notice(requests, by=by)


def test_draft_of_one_has_no_table(ready: RemovalRequest, caseworker: User) -> None:
    envelope = actions.envelope_of(actions.draft_notice([ready], by=caseworker))
    assert envelope.csv is None
    assert URL in envelope.text.splitlines()


def test_draft_of_several_has_a_table_of_all(platform: Recipient, caseworker: User) -> None:
    urls = [f"https://example.org/{i}?a=1,2" for i in range(12)]
    notice = draft(urls, platform, caseworker)
    envelope = actions.envelope_of(notice)
    assert [line for line in envelope.text.splitlines() if line in urls] == urls
    rows = list(csv.reader(io.StringIO(envelope.csv or "")))
    assert rows == [["reference", "url"], *([notice.reference, url] for url in urls)]


def test_draft_in_the_recipients_language(location: Location, caseworker: User) -> None:
    dutch = factories.recipient(language="nl")
    notice = draft([URL], dutch, caseworker)
    assert "digitaledienstenverordening" in actions.envelope_of(notice).text


def test_stored_text_holds_no_address(ready: RemovalRequest, caseworker: User) -> None:
    notice = actions.draft_notice([ready], by=caseworker)
    assert "example.org" not in Notice.objects.get(pk=notice.pk).text


def test_fill_leaves_what_looks_like_a_slot_in_an_address() -> None:
    assert fill(composing.slot(1), {1: "https://example.org/$urls%1A1%1A"}).endswith("$urls%1A1%1A")


def test_draft_twice_keeps_the_last(ready: RemovalRequest, caseworker: User) -> None:
    first = actions.draft_notice([ready], by=caseworker)
    second = actions.draft_notice([ready], by=caseworker)
    statuses = dict(Notice.objects.values_list("pk", "status"))
    assert statuses == {first.pk: NoticeStatus.CANCELLED, second.pk: NoticeStatus.DRAFT}
    first.status = NoticeStatus.DRAFT
    with pytest.raises(RefusedError):
        actions.send_notice(first, by=caseworker)


def test_draft_of_unlike_requests_is_refused(
    ready: RemovalRequest, caseworker: User, pair: GroundRoute
) -> None:
    other = factories.recipient(name="Another")
    location = register(URL + "/2").location
    request = actions.propose(location, other, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    with pytest.raises(RefusedError) as refused:
        actions.draft_notice([ready, request], by=caseworker)
    assert refused.value.refusal == Refusal.NOT_ALIKE
    with pytest.raises(RefusedError) as refused:
        actions.draft_notice([], by=caseworker)
    assert refused.value.refusal == Refusal.NOTHING_CHOSEN


def test_send_twice_queues_once(ready: RemovalRequest, caseworker: User) -> None:
    notice = actions.draft_notice([ready], by=caseworker)
    again = Notice.objects.get(pk=notice.pk)
    actions.send_notice(notice, by=caseworker)
    with pytest.raises(RefusedError) as refused:
        actions.send_notice(again, by=caseworker)
    assert refused.value.refusal == Refusal.CHANGED


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"address": "other@platform.test"}, Refusal.STALE_DRAFT),
        ({"active": False}, Refusal.NOT_NOW),
        ({"hostile": True}, Refusal.NOT_NOW),
    ],
)
def test_send_looks_at_the_recipient_once_more(
    changes: dict[str, Any],
    refusal: Refusal,
    ready: RemovalRequest,
    caseworker: User,
) -> None:
    notice = actions.draft_notice([ready], by=caseworker)
    Recipient.objects.filter(pk=notice.recipient_id).update(**changes)
    with pytest.raises(RefusedError) as refused:
        actions.send_notice(Notice.objects.get(pk=notice.pk), by=caseworker)
    assert refused.value.refusal == refusal


def test_send_after_the_mandate_was_withdrawn_is_refused(
    ready: RemovalRequest, caseworker: User
) -> None:
    notice = actions.draft_notice([ready], by=caseworker)
    actions.withdraw_mandate(ready.location.statements.get())
    with pytest.raises(RefusedError):
        actions.send_notice(Notice.objects.get(pk=notice.pk), by=caseworker)


def test_withdrawn_mandate_calls_a_queued_notice_back(queued: Notice) -> None:
    location = Location.objects.get()
    actions.withdraw_mandate(location.statements.get())
    assert Notice.objects.get(pk=queued.pk).status == NoticeStatus.CANCELLED
    assert RemovalRequest.objects.get().status == RequestStatus.WITHDRAWN
    assert actions.send_due_notices() == 0


def test_withdrawn_mandate_of_one_of_many_frees_the_others(
    platform: Recipient, caseworker: User
) -> None:
    notice = draft([URL, URL + "/2"], platform, caseworker)
    actions.send_notice(notice, by=caseworker)
    first = Location.objects.get(requests__entries__position=1)
    actions.withdraw_mandate(first.statements.get())
    statuses = RemovalRequest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [RequestStatus.WITHDRAWN, RequestStatus.READY]
    other = RemovalRequest.objects.get(status=RequestStatus.READY)
    actions.send_notice(actions.draft_notice([other], by=caseworker), by=caseworker)


def test_draft_with_a_machine_readable_report_where_a_type_fits(caseworker: User) -> None:
    wants = factories.recipient(xarf=True)
    notice = draft([URL], wants, caseworker, recognisable="yes")
    stored = Notice.objects.get(pk=notice.pk).xarf
    assert stored
    assert URL not in stored
    report = actions.envelope_of(notice).xarf
    assert report is not None
    assert report["url"] == URL
    assert report["type"] == "exposed_data"
    assert xarf.schema_validator.validate(report) == []
    assert actions.envelope_of(Notice.objects.get(pk=notice.pk)).xarf == report


def test_draft_without_a_type_that_fits_has_no_report(caseworker: User) -> None:
    wants = factories.recipient(xarf=True)
    assert actions.envelope_of(draft([URL], wants, caseworker, recognisable="no")).xarf is None


def test_hand_over_report_never_claims_a_grade() -> None:
    factories.hotline(xarf=True)
    register(age_in_picture="unknown")
    send_hand_overs()
    report = actions.envelope_of(Notice.objects.get()).xarf
    assert report is not None
    assert report["type"] == "csem"
    assert report["detection_method"] == "user_report"
    assert "classification" not in report
