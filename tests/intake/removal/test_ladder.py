"""The ladder: who is proposed next, by the clock or sooner, and who never is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from helpline.services.models import Service
from helpline.staff.models import User
from intake.recipients import actions as recipient_actions
from intake.recipients.actions import looking_up
from intake.recipients.lookups.findings import Contact, Finding
from intake.recipients.models import Proposal, Recipient
from intake.recipients.states import Confidence, EvidenceKind, Kind, Source
from intake.removal import actions
from intake.removal.actions.climbing import PATIENCE_HOURS
from intake.removal.errors import Refusal, RefusedError
from intake.removal.ladder import RUNGS
from intake.removal.models import (
    FoundBy,
    GroundRoute,
    Ladder,
    Location,
    RemovalEvent,
    RemovalRequest,
    WaitsFor,
)
from intake.removal.states import Because, RequestStatus, Work
from intake.removal.workflow import DEAD_ENDS, advance
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.signed_in import sign_in

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def later(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def stuck(request: RemovalRequest, status: RequestStatus = RequestStatus.REFUSED) -> Location:
    """The request went out, and came to this."""
    for step in (RequestStatus.QUEUED, RequestStatus.SENT):
        advance(request, step)
    if status == RequestStatus.STILL_THERE:
        advance(request, RequestStatus.SAID_REMOVED)
    advance(request, status)
    return Location.objects.get(pk=request.location_id)


def found(host: str, *kinds: Kind, country: str = "", behind: str = "") -> list[Proposal]:
    """What a look-up found about a host, judged by nobody yet."""
    front = {"cdn": behind, "name": behind, "sure": True, "by": []}
    kept = looking_up._keep(
        host,
        [
            Finding(
                EvidenceKind.RDAP,
                f"ip {kind}",
                {"country": country} if country else {},
                contacts=(
                    Contact(
                        kind, Source.RDAP_IP, Confidence.HIGH, f"The {kind}", f"abuse@{kind}.test"
                    ),
                ),
            )
            for kind in kinds
        ]
        + ([Finding(EvidenceKind.CDN, host, front)] if behind else []),
    )
    return list(kept.proposals.order_by("position"))


def proposed() -> list[str]:
    """Who waits for a person to choose why and how, by name."""
    waiting = RemovalRequest.objects.filter(status=RequestStatus.PROPOSED)
    return list(waiting.order_by("pk").values_list("recipient__name", flat=True))


def search_engine(name: str = "Example search", **changes: Any) -> Recipient:
    return factories.recipient(
        Kind.SEARCH_ENGINE, name=name, address=f"{name[:3]}@search.test", **changes
    )


def test_every_dead_end_has_its_patience() -> None:
    assert set(PATIENCE_HOURS) == DEAD_ENDS


@pytest.mark.parametrize("status", sorted(DEAD_ENDS - {RequestStatus.REJECTED}))
def test_next_is_proposed_when_its_time_has_come_and_not_before(
    ready: RemovalRequest, status: RequestStatus, caseworker: User
) -> None:
    search_engine()
    location = stuck(ready, status)
    hours = PATIENCE_HOURS[status]
    assert actions.climb_ladders(later(hours - 0.1)) == 0
    assert proposed() == []
    assert Ladder.objects.get().waits_for == WaitsFor.TIME
    found("example.org")
    assert actions.climb_ladders(later(hours + 0.1)) == 1
    assert proposed() == ["Example search"]
    event = RemovalEvent.objects.get(because=Because.LADDER)
    assert (event.by, event.became) == (None, RequestStatus.PROPOSED)
    location.refresh_from_db()
    assert location.work == Work.SEND
    # A person has it now.
    assert actions.climb_ladders(later(1000)) == 0
    assert proposed() == ["Example search"]


def test_ladder_goes_from_close_to_far(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    search_engine()
    registrar, network = (
        recipient_actions.confirm(proposal, by=caseworker)
        for proposal in sorted(
            found("example.org", Kind.REGISTRAR, Kind.NETWORK), key=lambda p: p.kind, reverse=True
        )
    )
    seen = []
    for _step in range(3):
        (request,) = actions.climb_now(location, by=caseworker)
        seen.append(request.recipient)
        advance_to_refusal(request)
    assert seen == [network, registrar, Recipient.objects.get(kind=Kind.SEARCH_ENGINE)]
    assert actions.climb_now(location, by=caseworker) == []
    assert Ladder.objects.get().waits_for == WaitsFor.NOBODY
    heights = [RUNGS.index(Kind(one.kind)) for one in seen]
    assert heights == sorted(heights)


def advance_to_refusal(request: RemovalRequest) -> None:
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    advance(request, RequestStatus.READY, changes={"ground": pair.ground, "route": pair.route})
    stuck(request)


def test_looking_up_and_confirming_are_for_a_person(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    search_engine()
    assert actions.climb_ladders(later(13)) == 0
    assert Ladder.objects.get().waits_for == WaitsFor.LOOK_UP
    (proposal,) = found("example.org", Kind.NETWORK)
    assert actions.climb_ladders(later(20)) == 0
    assert Ladder.objects.get().waits_for == WaitsFor.CONFIRMING
    assert proposed() == []
    recipient_actions.confirm(proposal, by=caseworker)
    assert actions.climb_ladders(later(30)) == 1
    assert proposed() == ["The network"]
    assert location.requests.count() == 2


def test_hostile_out_of_use_and_another_services_are_skipped(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    other = Service.objects.create(slug="other", name="Other line")
    search_engine("Hostile search", hostile=True)
    search_engine("Old search", active=False)
    search_engine("Elsewhere", service=other)
    (proposal,) = found("example.org", Kind.NETWORK)
    network = recipient_actions.confirm(proposal, by=caseworker)
    Recipient.objects.filter(pk=network.pk).update(hostile=True)
    assert actions.climb_now(location, by=caseworker) == []
    assert proposed() == []
    search_engine()
    actions.climb_now(location, by=caseworker)
    assert proposed() == ["Example search"]


def test_hotlines_are_never_proposed_for_an_adult(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    factories.hotline()
    (proposal,) = found("example.org", Kind.REGISTRAR)
    recipient_actions.confirm(proposal, by=caseworker)
    actions.climb_now(location, by=caseworker)
    assert proposed() == ["The registrar"]
    assert Kind.HOTLINE not in RUNGS


def authority(country: str, **changes: Any) -> Recipient:
    name = f"Authority of {country}"
    return factories.recipient(
        Kind.AUTHORITY,
        name=name,
        address="",
        country=country,
        channel="form",
        form_url="https://authority.test/",
        **changes,
    )


def test_authority_is_that_of_the_country_of_the_network_and_stands_on_top(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    authority("AU")
    authority("FR")
    search_engine()
    (proposal,) = found("example.org", Kind.NETWORK, country="AU")
    recipient_actions.confirm(proposal, by=caseworker)
    for name in ("The network", "Example search", "Authority of AU"):
        (request,) = actions.climb_now(location, by=caseworker)
        assert request.recipient.name == name
        advance_to_refusal(request)
    assert actions.climb_now(location, by=caseworker) == []


@pytest.mark.parametrize("seen", [{}, {"country": "NL"}, {"country": "AU", "behind": "cloudflare"}])
def test_no_authority_is_guessed(
    ready: RemovalRequest, caseworker: User, seen: dict[str, str]
) -> None:
    """Not without a country, not of another one, and not of whoever stands in front."""
    location = stuck(ready)
    authority("AU")
    factories.recipient(Kind.AUTHORITY, name="Of no country", address="a@authority.test")
    (proposal,) = found("example.org", Kind.NETWORK, **seen)
    recipient_actions.confirm(proposal, by=caseworker)
    actions.climb_now(location, by=caseworker)
    assert proposed() == ["The network"]
    for request in RemovalRequest.objects.filter(status=RequestStatus.PROPOSED):
        advance_to_refusal(request)
    assert actions.climb_now(location, by=caseworker) == []


def test_whom_a_look_up_named_is_asked_for_again_before_a_notice_leaves(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    search_engine()
    (proposal,) = found("example.org", Kind.REGISTRAR)
    recipient_actions.confirm(proposal, by=caseworker)
    (registrar,) = actions.climb_now(location, by=caseworker)
    assert FoundBy.objects.get(request=registrar).proposal == proposal
    advance_to_refusal(registrar)
    (search,) = actions.climb_now(location, by=caseworker)
    assert not FoundBy.objects.filter(request=search).exists()  # the directory's word


def test_who_answers_for_the_server_behind_a_network_stands_on_the_ladder(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    authority("AU")
    found("example.org", behind="cloudflare")
    actions.enter_origin(location, "origin.test", by=caseworker)
    assert actions.climb_now(location, by=caseworker) == []
    assert Ladder.objects.get().waits_for == WaitsFor.LOOK_UP
    (proposal,) = found("origin.test", Kind.NETWORK, country="AU")
    assert actions.climb_now(location, by=caseworker) == []
    assert Ladder.objects.get().waits_for == WaitsFor.CONFIRMING
    recipient_actions.confirm(proposal, by=caseworker)
    for name in ("The network", "Authority of AU"):
        (request,) = actions.climb_now(location, by=caseworker)
        assert request.recipient.name == name
        advance_to_refusal(request)


def test_authority_out_of_use_is_not_proposed(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    authority("AU", active=False)
    (proposal,) = found("example.org", Kind.REGISTRAR, country="AU")
    recipient_actions.confirm(proposal, by=caseworker)
    (request,) = actions.climb_now(location, by=caseworker)
    advance_to_refusal(request)
    assert actions.climb_now(location, by=caseworker) == []


def test_search_engines_and_authorities_are_asked_once_somebody_read_how(
    ready: RemovalRequest, caseworker: User
) -> None:
    """Both routes come in off, and reach only whom they are for."""
    for key, kind in (("delisting", Kind.SEARCH_ENGINE), ("authority", Kind.AUTHORITY)):
        pair = GroundRoute.objects.get(route__key=key)
        assert (pair.verified, pair.route.verified) == (False, False)
        assert pair.needs_mandate
        assert pair.route.kinds == [kind]
        engine = factories.recipient(kind, name=key, address=f"{key}@engine.test")
        request = actions.propose(ready.location, engine, by=caseworker)
        with pytest.raises(RefusedError):
            actions.choose(request, pair, by=caseworker)
        for row in (pair, pair.route):
            row.verified = True
            row.save()
        actions.choose(request, pair, by=caseworker)
        notice = actions.draft_notice([request], by=caseworker)
        text = actions.envelope_of(notice).text
        assert "has asked us to act for them" in text


def test_whom_a_person_stopped_is_not_proposed_again(
    ready: RemovalRequest, caseworker: User
) -> None:
    location = stuck(ready)
    found("example.org")
    search_engine()
    (request,) = actions.climb_now(location, by=caseworker)
    actions.stop(request, by=caseworker)
    assert actions.climb_now(location, by=caseworker) == []
    # It came back since: all begins anew, on the same row.
    Location.objects.filter(pk=location.pk).update(reopened_at=timezone.now())
    assert actions.climb_now(location, by=caseworker) == [request]
    assert proposed() == ["Example search"]


@pytest.mark.parametrize("status", [RequestStatus.NEED_MORE, RequestStatus.SAID_REMOVED])
def test_a_question_or_a_claim_is_answered_first(
    ready: RemovalRequest, status: RequestStatus, caseworker: User
) -> None:
    location = stuck(ready, status)
    found("example.org")
    search_engine()
    assert actions.climb_ladders(later(1000)) == 0
    with pytest.raises(RefusedError) as refused:
        actions.climb_now(location, by=caseworker)
    assert refused.value.refusal == Refusal.NOT_NOW
    assert proposed() == []


def test_possible_minor_is_never_climbed_for(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    found("example.org")
    search_engine()
    register(age_in_picture="unknown")
    location.refresh_from_db()
    assert location.is_possibly_minor
    # Whatever the queue would say of it.
    Location.objects.filter(pk=location.pk).update(work=Work.DECIDE)
    assert actions.climb_ladders(later(1000)) == 0
    with pytest.raises(RefusedError) as refused:
        actions.climb_now(location, by=caseworker)
    assert refused.value.refusal == Refusal.POSSIBLY_MINOR
    assert proposed() == []
    assert not Ladder.objects.exists()


def test_one_bad_row_does_not_stop_the_others(
    ready: RemovalRequest, caseworker: User, platform: Recipient, pair: GroundRoute
) -> None:
    first = stuck(ready)
    second = Location.objects.get(pk=register("https://example.org/other").location_id)
    request = actions.propose(second, platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    stuck(request)
    found("example.org")
    search_engine()
    from helpline.privacy.vault.keys import destroy_key  # noqa: PLC0415 -- only this needs it

    destroy_key(first.pk)
    assert actions.climb_ladders(later(13)) == 1
    assert second.requests.filter(status=RequestStatus.PROPOSED).count() == 1


def test_page_shows_the_ladder_and_climbs_it(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    found("example.org")
    search_engine()
    client: Client = sign_in(caseworker)
    page = client.get(f"/console/desk/{location.pk}/").content.decode()
    button = f'action="/console/desk/{location.pk}/ladder/"'
    assert button in page
    answer = client.post(f"/console/desk/{location.pk}/ladder/", follow=True)
    said = answer.content.decode()
    assert "1 ontvanger is voorgesteld" in said
    assert button not in said
    assert client.get(f"/console/desk/{location.pk}/ladder/").status_code == 405


def test_page_says_what_the_ladder_waits_for(ready: RemovalRequest, caseworker: User) -> None:
    location = stuck(ready)
    client: Client = sign_in(caseworker)
    answer = client.post(f"/console/desk/{location.pk}/ladder/", follow=True)
    assert "Niemand heeft opgezocht wie het host." in answer.content.decode()


def test_page_of_a_possible_minor_has_no_ladder(caseworker: User) -> None:
    location = register(age_in_picture="unknown").location
    client: Client = sign_in(caseworker)
    assert 'id="ladder"' not in client.get(f"/console/desk/{location.pk}/").content.decode()
    answer = client.post(f"/console/desk/{location.pk}/ladder/", follow=True)
    assert Ladder.objects.count() == 0
    assert "alleen het meldpunt" in answer.content.decode()
