"""The whole product of states against the tables, and two callers at once."""

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.removal import workflow
from intake.removal.models import Notice, RemovalEvent, RemovalRequest
from intake.removal.queries import pair_for_hand_over
from intake.removal.states import (
    ANSWERABLE,
    CLAIMS,
    NOTICE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    NoticeStatus,
    RequestStatus,
)
from intake.removal.workflow import IllegalTransitionError, StatusChangedError
from tests.databases import close
from tests.intake.removal.factories import recipient, register

DATABASES = ["default", "keys"]


def stored_request(status: RequestStatus) -> RemovalRequest:
    pair = pair_for_hand_over()
    request = RemovalRequest(location=register().location, recipient=recipient())
    workflow.begin(request)
    RemovalRequest.objects.filter(pk=request.pk).update(
        status=status, ground=pair.ground, route=pair.route
    )
    request.refresh_from_db()
    return request


@pytest.mark.embedded
@pytest.mark.django_db(databases=DATABASES)
def test_advance_follows_the_table_and_nothing_else() -> None:
    request = stored_request(RequestStatus.PROPOSED)
    for came_from, to in itertools.product(RequestStatus, RequestStatus):
        RemovalRequest.objects.filter(pk=request.pk).update(status=came_from)
        request.refresh_from_db()
        events = RemovalEvent.objects.count()
        if to in REQUEST_TRANSITIONS[came_from]:
            workflow.advance(request, to)
            assert RemovalEvent.objects.count() == events + 1
            expected = to
        else:
            with pytest.raises(IllegalTransitionError):
                workflow.advance(request, to)
            assert RemovalEvent.objects.count() == events
            expected = came_from
        assert request.status == expected
        request.refresh_from_db()
        assert request.status == expected


@pytest.mark.embedded
@pytest.mark.django_db(databases=DATABASES)
def test_advance_notice_follows_the_table_and_nothing_else() -> None:
    pair = pair_for_hand_over()
    location = register().location
    notice = Notice(
        service=location.service,
        recipient=recipient(),
        ground=pair.ground,
        route=pair.route,
        language="nl",
        message_id="<1@helpline.test>",
        token_hash=b"t" * 32,
        created_at=location.created_at,
    )
    workflow_keys(notice)
    for came_from, to in itertools.product(NoticeStatus, NoticeStatus):
        Notice.objects.filter(pk=notice.pk).update(status=came_from)
        notice.status = came_from
        if to in NOTICE_TRANSITIONS[came_from]:
            workflow.advance_notice(notice, to)
        else:
            with pytest.raises(IllegalTransitionError):
                workflow.advance_notice(notice, to)
        assert notice.status == (to if to in NOTICE_TRANSITIONS[came_from] else came_from)


def workflow_keys(notice: Notice) -> None:
    from helpline.privacy.vault.keys import create_key  # noqa: PLC0415 -- only this needs it

    create_key(notice.pk, kind="notice")
    notice.subject = notice.text = "x"
    notice.save(force_insert=True)


@pytest.mark.django_db(databases=DATABASES, transaction=True)
def test_advance_of_two_callers_only_one_wins() -> None:
    request = stored_request(RequestStatus.SENT)
    seen: list[str] = []
    start = threading.Barrier(2)

    def call(to: RequestStatus) -> None:
        mine = RemovalRequest.objects.get(pk=request.pk)
        start.wait()
        try:
            workflow.advance(mine, to)
            seen.append("won")
        except StatusChangedError:
            seen.append("lost")
        finally:
            close()

    callers = [
        threading.Thread(target=call, args=[to])
        for to in (RequestStatus.REFUSED, RequestStatus.NO_REPLY)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(seen) == ["lost", "won"]
    assert RemovalEvent.objects.filter(request=request, came_from=RequestStatus.SENT).count() == 1


@given(st.lists(st.sampled_from(list(RequestStatus)), min_size=2, max_size=12))
def test_nothing_goes_out_again_without_being_made_ready(path: list[RequestStatus]) -> None:
    """Along every path of the table, two sendings have a person's "ready" between them."""
    walked = [RequestStatus.PROPOSED]
    for status in path:
        if status in REQUEST_TRANSITIONS[walked[-1]]:
            walked.append(status)
    queued = [i for i, status in enumerate(walked) if status == RequestStatus.QUEUED]
    for first, second in itertools.pairwise(queued):
        assert RequestStatus.READY in walked[first:second]


def test_every_claim_can_be_corrected_into_every_other() -> None:
    for one, other in itertools.permutations(CLAIMS, 2):
        assert other in REQUEST_TRANSITIONS[one]
    for status in ANSWERABLE - CLAIMS:
        assert REQUEST_TRANSITIONS[status] >= CLAIMS


def test_a_claim_alone_never_settles() -> None:
    for status, following in REQUEST_TRANSITIONS.items():
        if RequestStatus.SAID_REMOVED in following:
            assert status != RequestStatus.REMOVED
    assert RequestStatus.REMOVED in REQUEST_TRANSITIONS[RequestStatus.SAID_REMOVED]
