"""A second pair of eyes: when it is asked, whose it is, and that nothing goes past it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions, composing
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    GroundRoute,
    Location,
    LookReason,
    LookRules,
    Notice,
    RemovalRequest,
    SecondLook,
    SeenTemplate,
)
from intake.removal.queries.looks import look_reasons, looks_waiting
from intake.removal.states import NoticeStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

DESK = "/console/desk/"


def browser(user: User) -> Client:
    client = sign_in(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def rules(**changes: Any) -> None:
    LookRules.objects.update_or_create(service=default_service(), defaults=changes)


@pytest.fixture
def draft(ready: RemovalRequest, caseworker: User) -> Notice:
    return actions.draft_notice([ready], by=caseworker)


@pytest.fixture
def sam() -> User:
    return factories.person("sam")


@pytest.fixture
def asked(draft: Notice, caseworker: User) -> Notice:
    rules(new_recipient=True)
    actions.ask_second_look(draft, by=caseworker)
    return draft


def refused(act: Any) -> Refusal:
    with pytest.raises(RefusedError) as error:
        act()
    return error.value.refusal


# When it is asked.


def test_without_rules_one_person_sends_a_few(draft: Notice, caseworker: User) -> None:
    assert look_reasons(draft) == []
    actions.send_notice(draft, by=caseworker)
    assert draft.status == NoticeStatus.QUEUED


def test_first_notice_to_a_recipient(
    draft: Notice, caseworker: User, smtp: MailServer, pair: GroundRoute
) -> None:
    rules(new_recipient=True)
    assert look_reasons(draft) == [LookReason.NEW_RECIPIENT]
    assert refused(lambda: actions.send_notice(draft, by=caseworker)) == Refusal.SECOND_EYES
    rules(new_recipient=False)
    actions.send_notice(Notice.objects.get(), by=caseworker)
    actions.send_due_notices()
    rules(new_recipient=True)
    second = Location.objects.get(pk=register(URL + "/2").location_id)
    notice, _left = actions.ask_together([second], draft.recipient, pair, by=caseworker)
    assert look_reasons(notice) == []


def test_text_that_is_new_or_has_changed(
    draft: Notice, caseworker: User, sam: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    rules(new_template=True)
    assert look_reasons(draft) == [LookReason.NEW_TEMPLATE]
    actions.ask_second_look(draft, by=caseworker)
    actions.agree(draft, by=sam)
    assert SeenTemplate.objects.get().name == f"dsa_16.{draft.language}"
    assert look_reasons(draft) == []
    (tmp_path / f"dsa_16.{draft.language}.txt").write_text("subject: other words\n")
    monkeypatch.setattr("intake.removal.queries.looks.FOLDER", tmp_path)
    assert tmp_path != composing.FOLDER
    assert look_reasons(draft) == [LookReason.NEW_TEMPLATE]


@pytest.mark.parametrize(
    ("sites", "needed"),
    [
        (["example.org"], True),
        (["other.test"], False),
        ([], False),
        (["photos.example.org"], False),
    ],
)
def test_site_that_is_known_to_be_lawful(draft: Notice, sites: list[str], needed: bool) -> None:
    rules(lawful_sites=sites)
    assert (LookReason.LAWFUL in look_reasons(draft)) is needed


@pytest.mark.parametrize(("most", "needed"), [(None, False), (0, True), (1, False)])
def test_many_locations_in_one_notice(draft: Notice, most: int | None, needed: bool) -> None:
    rules(most_alone=most)
    assert (LookReason.MANY in look_reasons(draft)) is needed


def test_possible_minors_never_wait_for_it(caseworker: User, smtp: MailServer) -> None:
    rules(new_recipient=True, new_template=True, most_alone=0)
    factories.hotline()
    register(URL, age_in_picture="unknown")
    send_hand_overs()
    actions.send_due_notices()
    notice = Notice.objects.get()
    assert notice.status == NoticeStatus.ACCEPTED
    for act in (
        lambda: actions.ask_second_look(notice, by=caseworker),
        lambda: actions.agree(notice, by=caseworker),
        lambda: actions.send_back(notice, words="x", by=caseworker),
    ):
        assert refused(act) == Refusal.POSSIBLY_MINOR
    assert not SecondLook.objects.exists()


def test_draft_about_what_became_a_possible_minor_is_looked_at_by_nobody(
    asked: Notice, sam: User
) -> None:
    factories.hotline()
    register(URL, age_in_picture="unknown")
    assert refused(lambda: actions.agree(asked, by=sam)) in (
        Refusal.POSSIBLY_MINOR,
        Refusal.CHANGED,
    )
    assert Notice.objects.get(pk=asked.pk).status == NoticeStatus.CANCELLED


# Whose it is.


def test_second_person_sends_and_the_first_cannot(
    asked: Notice, caseworker: User, sam: User, smtp: MailServer
) -> None:
    assert refused(lambda: actions.send_notice(asked, by=caseworker)) == Refusal.SECOND_EYES
    assert refused(lambda: actions.agree(asked, by=caseworker)) == Refusal.OWN_EYES
    assert refused(lambda: actions.send_notice(asked, by=sam)) == Refusal.SECOND_EYES
    assert Notice.objects.get().status == NoticeStatus.DRAFT
    actions.agree(asked, by=sam)
    look = SecondLook.objects.get()
    assert (look.asked_by, look.looked_by, look.agreed) == (caseworker, sam, True)
    actions.send_due_notices()
    assert len(smtp.received) == 1
    assert refused(lambda: actions.agree(Notice.objects.get(), by=sam)) == Refusal.CHANGED


def test_database_refuses_the_same_person(asked: Notice, caseworker: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.update(looked_by=caseworker, looked_at=timezone.now(), agreed=True)


def test_what_was_sent_back_goes_nowhere(asked: Notice, caseworker: User, sam: User) -> None:
    actions.send_back(asked, words="This is a newspaper.", by=sam)
    look = SecondLook.objects.get()
    assert (look.words, look.agreed) == ("This is a newspaper.", False)
    for by in (caseworker, sam):
        assert refused(lambda by=by: actions.send_notice(asked, by=by)) == Refusal.SENT_BACK
    assert refused(lambda: actions.agree(asked, by=factories.person("eva"))) == Refusal.CHANGED
    rules(new_recipient=False)
    assert refused(lambda: actions.send_notice(asked, by=caseworker)) == Refusal.SENT_BACK
    anew = actions.draft_notice(list(RemovalRequest.objects.all()), by=caseworker)
    actions.send_notice(anew, by=caseworker)
    assert anew.status == NoticeStatus.QUEUED


def test_look_that_was_asked_holds_when_the_rules_are_eased(
    asked: Notice, caseworker: User
) -> None:
    rules(new_recipient=False)
    assert refused(lambda: actions.send_notice(asked, by=caseworker)) == Refusal.SECOND_EYES


def test_look_without_having_been_asked_is_none(draft: Notice, sam: User) -> None:
    rules(new_recipient=True)
    assert refused(lambda: actions.agree(draft, by=sam)) == Refusal.NOT_NOW


def test_other_service_sees_and_gives_no_look(asked: Notice) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    stranger = factories.person("stranger", service=other)
    with pytest.raises(PermissionDenied):
        actions.agree(asked, by=stranger)
    assert list(looks_waiting(stranger)) == []
    where = f"{DESK}notices/{asked.pk}/give-look/"
    assert sign_in(stranger).post(where, {"do": "agree"}).status_code == 404


# The pages.


def test_pages_walk_from_asked_to_sent(
    draft: Notice, caseworker: User, sam: User, smtp: MailServer
) -> None:
    rules(new_recipient=True)
    kim, other = browser(caseworker), browser(sam)
    where = f"{DESK}notices/{draft.pk}/"
    text = page(kim.get(where))
    assert "The first notice to this recipient" in text
    assert "when two people have read it" in text
    assert "when you press Send" not in text
    assert f'action="{where}send/"' not in text
    kim.post(where + "ask-look/")
    assert "you cannot be both" in page(kim.get(where))
    assert "desk/looks/" not in page(kim.get(DESK))
    assert "desk/looks/" in page(other.get(DESK))
    assert draft.reference in page(other.get(DESK + "looks/"))
    assert draft.reference not in page(kim.get(DESK + "looks/"))
    text = page(other.get(where))
    assert "I have read it: send to Example photos" in text
    kim.post(where + "give-look/", {"do": "agree"})
    assert Notice.objects.get().status == NoticeStatus.DRAFT
    other.post(where + "give-look/", {"do": "agree"})
    actions.send_due_notices()
    assert len(smtp.received) == 1
    assert "desk/looks/" not in page(other.get(DESK))


def test_page_sends_back_with_words_and_shows_them_as_text(
    asked: Notice, caseworker: User, sam: User
) -> None:
    where = f"{DESK}notices/{asked.pk}/"
    browser(sam).post(where + "give-look/", {"do": "back", "text": " "})
    assert SecondLook.objects.get().looked_at is None
    assert "Sent back to you" not in page(browser(caseworker).get(DESK + "looks/"))
    browser(sam).post(where + "give-look/", {"do": "back", "text": "<b>no</b>\u202e"})
    assert "desk/looks/" in page(browser(caseworker).get(DESK))
    assert "Sent back to you" in page(browser(caseworker).get(DESK + "looks/"))
    assert asked.reference not in page(browser(sam).get(DESK + "looks/"))
    text = page(browser(caseworker).get(where))
    assert "sam sent it back" in text
    assert "&lt;b&gt;no&lt;/b&gt;⟨U+202E⟩" in text


def test_supervisor_sets_the_rules_on_record() -> None:
    boss = factories.person("boss", role="supervisor")
    client = browser(boss)
    service = default_service()
    page(client.get(DESK + "rules/"))
    sent = {
        "service": str(service.pk),
        "s0-new_recipient": "on",
        "s0-most_alone": "5",
        "s0-lawful_sites": "News.Example\n https://x\n",
    }
    assert "is not the name of a site" in page(client.post(DESK + "rules/", sent))
    assert not LookRules.objects.exists()
    sent["s0-lawful_sites"] = "News.Example\nkrant.test news.example"
    assert client.post(DESK + "rules/", sent).status_code == 302
    kept = LookRules.objects.get()
    assert (kept.new_recipient, kept.new_template, kept.most_alone) == (True, False, 5)
    assert kept.lawful_sites == ["krant.test", "news.example"]
    assert AuditEntry.objects.filter(action="set_look_rules", actor="boss").count() == 1
    assert "krant.test" in page(client.get(DESK + "rules/"))


@pytest.mark.parametrize(
    "sent",
    [{"service": "x"}, {"service": ""}, {"s0-most_alone": "201"}, {"s0-most_alone": "x"}],
)
def test_rubbish_sets_no_rules(sent: dict[str, str]) -> None:
    client = browser(factories.person("boss", role="supervisor"))
    sent = {"service": str(default_service().pk), **sent}
    page(client.post(DESK + "rules/", sent))
    assert not LookRules.objects.exists()


def test_supervisor_of_another_service_sets_nothing_here(platform: Recipient) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    boss = factories.person("boss", role="supervisor", service=other)
    page(browser(boss).post(DESK + "rules/", {"service": str(default_service().pk)}))
    assert not LookRules.objects.exists()
