"""A second factor is reset by two people or not at all."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.staff import actions, second_factor
from helpline.staff.errors import Refusal, RefusedError
from helpline.staff.models import AuditEntry, FactorReset, User
from tests.helpline.staff.conftest import Maker, client_of, link_in, parsed
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def noor(counsellor: User) -> User:
    """A counsellor who comes in with a phone and has recovery codes."""
    TOTPDevice.objects.create(user=counsellor, name="authenticator", confirmed=True)
    second_factor.new_recovery_codes(counsellor)
    counsellor.last_login = timezone.now()
    counsellor.save()
    return counsellor


def ask(person: User, by: User) -> FactorReset:
    return actions.ask_reset(person=person, by=by)


def refusal_of(reset: FactorReset, by: User) -> Refusal:
    with pytest.raises(RefusedError) as refused:
        actions.agree_reset(reset=reset, by=by)
    return refused.value.refusal


def test_reset_takes_two_people_and_both_are_on_record(
    noor: User, supervisor: User, other_supervisor: User, post: MailServer
) -> None:
    at_work = client_of(noor)
    client_of(supervisor).post(f"/console/people/{noor.pk}/reset/")
    reset = FactorReset.objects.get()
    assert at_work.get("/console/chat/").status_code == 200  # nothing has changed yet
    [warning] = post.received
    assert warning.recipients == ["noor@helpline.test"]
    assert "/console/join/" not in parsed(warning).get_content()

    second = client_of(other_supervisor)
    page = second.get("/console/people/").content.decode()
    assert "robin asks to reset the second step of noor." in page
    assert "noor@helpline.test" in second.get(f"/console/people/{noor.pk}/").content.decode()
    second.post(f"/console/people/resets/{reset.pk}/agree/")

    assert at_work.get("/console/chat/").status_code == 302
    noor.refresh_from_db()
    assert not noor.has_usable_password()
    assert not TOTPDevice.objects.filter(user=noor).exists()
    assert not StaticDevice.objects.filter(user=noor).exists()
    [_warning, mail] = post.received
    assert mail.recipients == ["noor@helpline.test"]
    browser = Client()
    response = browser.post(link_in(mail), {"password": "eleven blue bicycles"})
    assert response["Location"] == "/console/enrol/"
    entries = AuditEntry.objects.filter(subject_kind="user", subject_id=str(noor.pk))
    assert list(entries.order_by("pk").values_list("actor", "action")) == [
        ("robin", "ask_reset"),
        ("kim", "agree_reset"),
        ("noor", "join"),
    ]


def test_nobody_does_it_alone(noor: User, supervisor: User, post: MailServer) -> None:
    reset = ask(noor, supervisor)
    assert refusal_of(reset, supervisor) == Refusal.ONE_PERSON
    client = client_of(supervisor)
    assert "I spoke to them" not in client.get(f"/console/people/{noor.pk}/").content.decode()
    client.post(f"/console/people/resets/{reset.pk}/agree/")
    assert TOTPDevice.objects.filter(user=noor).exists()
    assert len(post.received) == 1  # the warning, no link


def test_who_it_is_about_has_no_say_but_may_stop_it(
    administrator: User, supervisor: User, post: MailServer
) -> None:
    reset = ask(supervisor, administrator)
    assert refusal_of(reset, supervisor) == Refusal.ONE_PERSON
    actions.withdraw_reset(reset=reset, by=supervisor)
    reset.refresh_from_db()
    assert reset.withdrawn_at is not None


def test_database_knows_the_rule_too(noor: User, supervisor: User) -> None:
    reset = ask(noor, supervisor)
    for changes in (
        {"agreed_by": supervisor, "agreed_at": timezone.now()},
        {"agreed_by": noor, "agreed_at": timezone.now()},
        {"agreed_at": timezone.now()},
        {"asked_by": noor},
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            FactorReset.objects.filter(pk=reset.pk).update(**changes)


@pytest.mark.parametrize("role", ["counsellor", "caseworker", "editor"])
def test_second_person_looks_after_staff(
    role: str, noor: User, supervisor: User, member: Maker
) -> None:
    reset = ask(noor, supervisor)
    client = client_of(member("mo", role))
    assert client.post(f"/console/people/resets/{reset.pk}/agree/").status_code == 403
    assert TOTPDevice.objects.filter(user=noor).exists()


def test_supervisor_may_be_the_second_for_an_administrator_but_not_the_first(
    administrator: User, member: Maker, supervisor: User, post: MailServer
) -> None:
    other = member("eve", "administrator")
    client = client_of(supervisor)
    assert client.post(f"/console/people/{other.pk}/reset/").status_code == 403
    reset = ask(other, administrator)
    assert actions.agree_reset(reset=reset, by=supervisor).arrived


def test_what_was_asked_yesterday_is_asked_again(
    noor: User, supervisor: User, other_supervisor: User, post: MailServer
) -> None:
    reset = ask(noor, supervisor)
    with time_machine.travel(time.time() + timedelta(days=1).total_seconds() + 1):
        assert refusal_of(reset, other_supervisor) == Refusal.CHANGED
        again = ask(noor, supervisor)
        assert again.pk != reset.pk
        assert actions.agree_reset(reset=again, by=other_supervisor).arrived


def test_one_reset_at_a_time_and_only_once(
    noor: User, supervisor: User, other_supervisor: User, administrator: User, post: MailServer
) -> None:
    reset = ask(noor, supervisor)
    with pytest.raises(RefusedError):
        ask(noor, administrator)
    actions.agree_reset(reset=reset, by=other_supervisor)
    assert refusal_of(reset, administrator) == Refusal.CHANGED
    assert len(post.received) == 2  # the warning and one link


def test_who_has_no_mail_address_gets_one_first(noor: User, supervisor: User) -> None:
    User.objects.filter(pk=noor.pk).update(email="")
    page = client_of(supervisor).post(f"/console/people/{noor.pk}/reset/", follow=True)
    assert "Give this person a mail address first" in page.content.decode()
    assert FactorReset.objects.count() == 0


def test_withdrawn_and_switched_off_are_over(
    noor: User, supervisor: User, other_supervisor: User
) -> None:
    reset = ask(noor, supervisor)
    actions.withdraw_reset(reset=reset, by=other_supervisor)
    assert refusal_of(reset, other_supervisor) == Refusal.CHANGED
    reset = ask(noor, supervisor)
    actions.deactivate(person=noor, by=supervisor)
    assert refusal_of(reset, other_supervisor) == Refusal.CHANGED
    with pytest.raises(RefusedError):
        ask(User.objects.get(pk=noor.pk), supervisor)


def test_link_of_a_reset_cannot_be_led_elsewhere(
    noor: User, supervisor: User, other_supervisor: User, post: MailServer
) -> None:
    """Whoever agreed saw where the link goes; one person alone cannot change that afterwards."""

    def change_address() -> int:
        form = {"email": "thief@evil.test", "work_name": "", "roles": ["counsellor"]}
        return client_of(supervisor).post(f"/console/people/{noor.pk}/", form).status_code

    reset = ask(noor, supervisor)
    assert change_address() == 422
    actions.agree_reset(reset=reset, by=other_supervisor)
    assert change_address() == 422
    actions.invite_again(person=noor, by=supervisor)
    assert {mail.recipients[0] for mail in post.received} == {"noor@helpline.test"}


def test_reset_that_nobody_agreed_to_in_time_holds_no_address(
    noor: User, supervisor: User, post: MailServer
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        ask(noor, supervisor)
    form = {"email": "noor@new.test", "work_name": "", "roles": ["counsellor"]}
    page = client_of(supervisor).post(f"/console/people/{noor.pk}/", form)
    assert page.status_code == 302
    noor.refresh_from_db()
    assert noor.email == "noor@new.test"
