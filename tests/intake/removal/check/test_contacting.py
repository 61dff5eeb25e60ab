"""Whom a site itself names: asked by a caseworker, read by the checker, confirmed by a person, and asked
again just before a notice leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.recipients.lookups.findings import Finding
from intake.recipients.models import LookUp, Proposal, Recipient
from intake.recipients.states import Kind, Source
from intake.removal import actions
from intake.removal.check.actions import reading
from intake.removal.check.actions.contacting import ask_site, ask_sites_again
from intake.removal.check.actions.reading import read_due
from intake.removal.check.asking import ask_how_reached
from intake.removal.check.models import SiteQuestion
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import FoundBy, GroundRoute, Location, Notice, RemovalRequest
from intake.removal.queries.finding import JUST_BEFORE
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.check.conftest import FOUND, NAMED, PLACE, PLAIN, TEXT
from tests.intake.removal.factories import URL, register
from tests.intake.report.walk import Page as Seen
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer
from tests.standins.web import Page, Web

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

OTHER = Page(headers=PLAIN, body=TEXT.replace(b"security@", b"new@"))


@pytest.fixture
def site(secure_web: Web) -> Web:
    """A site that names whom to ask."""
    secure_web.pages[PLACE] = FOUND
    return secure_web


@pytest.fixture
def found(site: Web, location: Location, caseworker: User) -> Proposal:
    """Whom it named, when a caseworker asked."""
    ask_site(location, by=caseworker)
    read_due()
    return Proposal.objects.get()


@pytest.fixture
def asked(
    found: Proposal, location: Location, pair: GroundRoute, caseworker: User
) -> RemovalRequest:
    request = actions.confirm_proposal(location, found, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    return request


@pytest.fixture
def waiting(asked: RemovalRequest, caseworker: User) -> Notice:
    """The notice to them, given to the worker, when what the site said is old."""
    notice = actions.draft_notice([asked], by=caseworker)
    actions.send_notice(notice, by=caseworker)
    ago = timezone.now() - JUST_BEFORE - timedelta(minutes=1)
    LookUp.objects.update(looked_up_at=ago)
    FoundBy.objects.update(checked_at=ago)
    return notice


def test_caseworker_asks_the_checker_reads_and_a_person_confirms(
    site: Web, location: Location, caseworker: User
) -> None:
    client = sign_in(caseworker)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = f"/console/desk/{location.pk}/"
    assert "Whom the site itself names" not in Seen(client.get(page)).words
    assert "ask whom it names last" in Seen(client.post(page + "address/")).words
    for _twice in range(2):
        assert "Look again in a minute" in Seen(client.post(page + "site/")).words
    assert site.connections == 0
    assert read_due() == 1
    assert read_due() == 0
    shown = Seen(client.post(page + "address/"))
    assert f"https://{PLACE}" in shown.words
    assert "The site itself: Named there, but not for abuse" in shown.words
    assert f"contact: mailto:{NAMED}" in shown.words
    assert not Recipient.objects.exists()
    client.post(page + "proposal/", {"proposal": Proposal.objects.get().pk})
    request = RemovalRequest.objects.get(location=location)
    recipient = request.recipient
    assert (recipient.address, recipient.kind) == (NAMED, Kind.PLATFORM)
    assert recipient.verified_by == caseworker
    assert not recipient.domains.exists()
    assert AuditEntry.objects.filter(action="ask_site").count() == 2


def test_what_it_said_is_sealed_and_each_answer_is_kept(
    site: Web, location: Location, caseworker: User
) -> None:
    for page in (FOUND, OTHER):
        site.pages[PLACE] = page
        ask_site(location, again=True, by=caseworker)
        read_due()
    named = [each.address for each in Proposal.objects.order_by("look_up__looked_up_at")]
    assert named == [NAMED, "new@example.org"]
    for table in ("recipients_lookup", "recipients_evidence", "recipients_proposal"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 -- named above
            for row in cursor.fetchall():
                held = [bytes(v) if isinstance(v, memoryview) else str(v).encode() for v in row]
                assert b"example" not in b"".join(held)


def test_what_was_said_lately_is_used_again_for_every_page_of_the_site(
    found: Proposal, site: Web, location: Location, caseworker: User
) -> None:
    sibling = Location.objects.get(pk=register("https://photos.example.org/8").location_id)
    ask_site(sibling, by=caseworker)
    assert not SiteQuestion.objects.exists()
    actions.confirm_proposal(sibling, found, by=caseworker)
    stranger = Location.objects.get(pk=register("https://example.net/8").location_id)
    with pytest.raises(RefusedError) as refused:
        actions.confirm_proposal(stranger, found, by=caseworker)
    assert refused.value.refusal is Refusal.NOT_FOUND_HERE
    for each in (location, sibling):
        ask_site(each, again=True, by=caseworker)
    assert (read_due(), site.connections) == (1, 2)  # one answer for both
    assert not SiteQuestion.objects.exists()
    LookUp.objects.update(looked_up_at=timezone.now() - timedelta(hours=13))
    ask_site(sibling, by=caseworker)
    assert read_due() == 1


def test_what_is_over_or_was_not_there_proposes_nobody(
    site: Web, location: Location, caseworker: User
) -> None:
    site.pages[PLACE] = Page(headers=PLAIN, body=TEXT.replace(b"2999", b"2020"))
    ask_site(location, by=caseworker)
    read_due()
    assert not Proposal.objects.exists()
    shown = sign_in(caseworker).post(
        f"/console/desk/{location.pk}/address/", headers={"accept-language": "en"}
    )
    assert "It holds no more" in Seen(shown).words


def test_never_of_a_possible_minor_and_never_where_it_is_off(
    site: Web, caseworker: User, settings: Settings
) -> None:
    place = Location.objects.get(pk=register(age_in_picture="unknown").location_id)
    with pytest.raises(RefusedError) as refused:
        ask_site(place, by=caseworker)
    assert refused.value.refusal is Refusal.POSSIBLY_MINOR
    grown = Location.objects.get(pk=register("https://example.org/2").location_id)
    for name, value in (("HELPLINE_DRY_RUN", True), ("HELPLINE_CHECKS", False)):
        setattr(settings, name, value)
        with pytest.raises(RefusedError):
            ask_site(grown, by=caseworker)
        page = sign_in(caseworker).post(f"/console/desk/{grown.pk}/address/")
        assert "security.txt" not in page.content.decode()
    assert not SiteQuestion.objects.exists()


def test_word_that_comes_meanwhile_goes_before(
    site: Web, caseworker: User, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody says that the person may be under 18: while it is read, and before it is read."""
    ask_site(location, by=caseworker)

    def and_then(domain: str) -> Finding:
        register(URL, factories.MINOR)
        return ask_how_reached(domain)

    monkeypatch.setattr(reading, "ask_how_reached", and_then)
    assert read_due() == 0
    assert not LookUp.objects.exists()
    site.asked.clear()
    assert read_due(timezone.now() + timedelta(days=1)) == 0
    assert site.asked == []


def test_site_is_not_asked_once_nobody_wants_it_gone(
    site: Web, location: Location, caseworker: User
) -> None:
    ask_site(location, by=caseworker)
    location.statements.update(mandate_withdrawn_at=timezone.now())
    assert read_due() == 0
    assert site.connections == 0


def test_two_checkers_read_it_once_and_a_dead_one_is_followed(
    site: Web, location: Location, caseworker: User
) -> None:
    ask_site(location, by=caseworker)
    now = timezone.now()
    assert reading._claim_next(now) is not None
    assert read_due(now) == 0
    assert site.connections == 0
    assert read_due(now + reading.LEASE) == 1


@pytest.mark.parametrize("url", ["http://93.184.216.34/p", "http://abcdefghijklmnop.onion/p"])
def test_host_without_a_registered_name_is_not_asked(url: str, caseworker: User) -> None:
    place = Location.objects.get(pk=register(url).location_id)
    with pytest.raises(RefusedError):
        ask_site(place, by=caseworker)


def test_only_colleagues_of_the_service_ask(location: Location) -> None:
    other = Service.objects.create(slug="other", name="Other")
    for stranger in (
        factories.person("lin", "caseworker", other),
        factories.person("noor", "counsellor"),
    ):
        with pytest.raises(PermissionDenied):
            ask_site(location, by=stranger)


def test_hostile_words_stand_there_as_text(site: Web, location: Location, caseworker: User) -> None:
    evil = b"<script>alert(1)</script>"
    body = b"Contact: https://x/?" + evil + b"\nEncryption: " + evil + b"\n" + TEXT
    site.pages[PLACE] = Page(headers=PLAIN, body=body)
    ask_site(location, by=caseworker)
    read_due()
    page = sign_in(caseworker).post(f"/console/desk/{location.pk}/address/").content
    assert evil not in page
    assert b"&lt;script&gt;" in page
    assert b'href="https://x/' not in page


def test_notice_waits_until_the_site_is_asked_again(
    waiting: Notice, site: Web, smtp: MailServer
) -> None:
    before = site.connections
    assert actions.ask_registers_again() == 0
    assert ask_sites_again() == 0
    assert actions.send_due_notices() == 0
    assert site.connections == before
    assert read_due() == 1
    assert ask_sites_again() == 1
    assert actions.send_due_notices() == 1
    assert [mail.recipients for mail in smtp.received] == [[NAMED]]


def test_somebody_else_who_is_named_meanwhile_is_told_and_the_notice_taken_back(
    waiting: Notice, asked: RemovalRequest, site: Web, smtp: MailServer, caseworker: User
) -> None:
    ask_sites_again()
    site.pages[PLACE] = OTHER
    read_due()
    ask_sites_again()
    assert actions.send_due_notices() == 0
    assert smtp.received == []
    waiting.refresh_from_db(fields=["status"])
    asked.refresh_from_db()
    assert (waiting.status, asked.status) == (NoticeStatus.CANCELLED, RequestStatus.READY)
    with pytest.raises(RefusedError) as refused:
        actions.draft_notice([asked], by=caseworker)
    assert refused.value.refusal is Refusal.HOST_CHANGED
    actions.ask_all_the_same(asked, by=caseworker)
    actions.draft_notice([asked], by=caseworker)


def test_what_was_learned_for_another_page_of_the_site_holds_too(
    waiting: Notice, site: Web, caseworker: User
) -> None:
    sibling = Location.objects.get(pk=register("https://photos.example.org/8").location_id)
    site.pages[PLACE] = OTHER
    ask_site(sibling, again=True, by=caseworker)
    read_due()
    before = site.connections
    assert ask_sites_again() == 1
    assert actions.send_due_notices() == 0
    assert site.connections == before


def test_site_that_says_nothing_by_now_holds_up_nothing(
    waiting: Notice, site: Web, smtp: MailServer
) -> None:
    ask_sites_again()
    site.pages[PLACE] = Page(404)
    read_due()
    assert ask_sites_again() == 1
    assert actions.send_due_notices() == 1


def test_checker_that_is_not_there_holds_up_nothing_for_long(
    waiting: Notice, smtp: MailServer
) -> None:
    assert ask_sites_again() == 0
    late = timezone.now() + JUST_BEFORE + timedelta(minutes=1)
    assert ask_sites_again(late) == 1
    assert actions.send_due_notices(late) == 1


def test_where_sites_are_not_asked_any_more_it_goes_at_once(
    waiting: Notice, smtp: MailServer, settings: Settings
) -> None:
    settings.HELPLINE_CHECKS = False
    assert ask_sites_again() == 1
    assert actions.send_due_notices() == 1
    assert not SiteQuestion.objects.exists()


def test_site_is_not_asked_while_its_notice_waits_for_an_office(waiting: Notice, site: Web) -> None:
    Notice.objects.update(next_action_at=timezone.now() + timedelta(hours=8))
    assert ask_sites_again() == 0
    assert not SiteQuestion.objects.exists()


def test_registers_say_nothing_of_whom_a_site_names(waiting: Notice, asked: RemovalRequest) -> None:
    assert Proposal.objects.get().source == Source.SITE
    assert actions.ask_registers_again() == 0
    assert FoundBy.objects.get(request=asked).held_at is None
