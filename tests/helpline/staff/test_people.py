"""Who works here: invited by mail, given roles, switched off, each by who may and on record."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff import actions, permissions, queries, second_factor
from helpline.staff.errors import Refusal, RefusedError
from helpline.staff.models import AuditEntry, Invitation, User
from helpline.staff.states import Standing
from tests.helpline.staff.conftest import PASSWORD, Maker, client_of, link_in, parsed
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

NEWCOMER = {"username": "lotte", "email": "lotte@home.test", "work_name": "Lot"}


def invite(by: User, *roles: str, **changes: str) -> actions.Sent:
    return actions.invite(
        by=by,
        **{**NEWCOMER, **changes},
        roles=roles or ("counsellor",),
        services=[default_service()],
    )


def standing_of(user: User) -> Standing:
    row = queries.person_within(None, user.pk)
    assert row is not None
    return row.standing


def deeds() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "action"))


def test_newcomer_comes_in_with_the_link_and_two_factors(
    supervisor: User, post: MailServer
) -> None:
    page = client_of(supervisor).post(
        "/console/people/invite/", {**NEWCOMER, "roles": ["counsellor"]}, follow=True
    )
    assert "A link is on its way to lotte@home.test." in page.content.decode()
    lotte = User.objects.get(username="lotte")
    assert standing_of(lotte) == Standing.INVITED
    assert not lotte.is_active  # nobody hands a chat to who has not come in yet
    [mail] = post.received
    assert mail.recipients == ["lotte@home.test"]

    browser = Client(headers={"accept-language": "en"})
    path = link_in(mail)
    assert "lotte" in browser.get(path).content.decode()  # looking does not spend it
    response = browser.post(path, {"password": "eleven blue bicycles"})
    assert response["Location"] == "/console/enrol/"
    assert standing_of(lotte) == Standing.SETTING_UP
    assert browser.get("/console/")["Location"].startswith("/console/sign-in/")
    browser.get("/console/enrol/")
    TOTPDevice.objects.filter(user=lotte).update(confirmed=True)
    code = second_factor.current_code(lotte)
    TOTPDevice.objects.filter(user=lotte).update(confirmed=False)
    assert browser.post("/console/enrol/", {"code": code}).status_code == 200
    assert browser.get("/console/")["Location"] == "/console/chat/"
    assert standing_of(lotte) == Standing.WORKING
    assert deeds() == [
        ("robin", "invite"),
        ("robin", "give_counsellor"),
        ("lotte", "join"),
        ("lotte", "enrol"),
    ]
    assert Client().get(path).status_code == 410


def test_letter_holds_what_it_needs_and_nothing_of_the_machine(
    supervisor: User, post: MailServer
) -> None:
    invite(supervisor)
    message = parsed(post.received[0])
    assert message["From"].addresses[0].display_name == "Hulplijn, 'de'"
    assert message["Message-ID"].endswith("@helpline.test>")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "Robin" in text
    assert "lotte" in text
    assert "counsellor" not in text.lower()


def test_token_is_not_in_the_database(supervisor: User, post: MailServer) -> None:
    invite(supervisor)
    token = link_in(post.received[0]).split("/")[-2]
    [invitation] = Invitation.objects.all()
    assert bytes(invitation.token_hash) != token.encode()
    assert token not in str(list(Invitation.objects.values()))
    assert queries.open_invitation(token) == invitation
    assert queries.open_invitation(token[:-1]) is None


def test_link_is_good_for_three_days(supervisor: User, post: MailServer) -> None:
    person = invite(supervisor).person
    path = link_in(post.received[0])
    with time_machine.travel(time.time() + timedelta(days=3).total_seconds() + 1):
        assert Client().get(path).status_code == 410
        assert Client().post(path, {"password": "eleven blue bicycles"}).status_code == 410
        assert standing_of(person) == Standing.LAPSED
    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_only_the_newest_link_works(supervisor: User, post: MailServer) -> None:
    person = invite(supervisor).person
    client_of(supervisor).post(f"/console/people/{person.pk}/invite-again/")
    first, second = map(link_in, post.received)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    actions.join(token=second.split("/")[-2], password=PASSWORD)
    with pytest.raises(RefusedError) as refused:
        actions.invite_again(person=User.objects.get(pk=person.pk), by=supervisor)
    assert refused.value.refusal == Refusal.HAS_COME_IN


def test_link_works_once(supervisor: User, post: MailServer) -> None:
    invite(supervisor)
    token = link_in(post.received[0]).split("/")[-2]
    actions.join(token=token, password=PASSWORD)
    with pytest.raises(RefusedError):
        actions.join(token=token, password="another long password")
    assert User.objects.get(username="lotte").check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "password1234", "lotte@home.test"])
def test_weak_password_is_refused(password: str, supervisor: User, post: MailServer) -> None:
    invite(supervisor)
    path = link_in(post.received[0])
    assert Client().post(path, {"password": password}).status_code == 422
    assert Client().get(path).status_code == 200


def test_mail_server_that_refuses_is_told_and_the_link_can_be_sent_again(
    supervisor: User, post: MailServer
) -> None:
    post.on_recipient = "550 no such box"
    page = client_of(supervisor).post(
        "/console/people/invite/", {**NEWCOMER, "roles": ["counsellor"]}, follow=True
    )
    assert "did not take the letter" in page.content.decode()
    assert Invitation.objects.get().sent_at is None
    post.on_recipient = ""
    assert actions.invite_again(person=User.objects.get(username="lotte"), by=supervisor).arrived
    assert Client().get(link_in(post.received[0])).status_code == 200


def test_mail_server_that_is_away_is_no_error_page(supervisor: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens
    assert not invite(supervisor).arrived


@pytest.mark.parametrize("name", ["lotte", "LOTTE", "-lotte", "lot te", "lotte@home"])
def test_user_name_is_new_and_plain(name: str, supervisor: User, member: Maker) -> None:
    member("lotte")
    form = {**NEWCOMER, "username": name, "roles": ["counsellor"]}
    assert client_of(supervisor).post("/console/people/invite/", form).status_code == 422
    assert Invitation.objects.count() == 0


def test_two_who_invite_the_same_name_get_one_account(supervisor: User, post: MailServer) -> None:
    invite(supervisor)
    with pytest.raises(RefusedError) as refused:
        invite(supervisor)
    assert refused.value.refusal == Refusal.NAME_TAKEN


def test_demo_name_is_for_a_demo_site(supervisor: User, settings: Settings) -> None:
    settings.HELPLINE_DEMO = False
    form = {**NEWCOMER, "username": "Demo-x", "roles": ["counsellor"]}
    assert client_of(supervisor).post("/console/people/invite/", form).status_code == 422


@pytest.mark.parametrize("role", ["supervisor", "administrator", "editor"])
def test_supervisor_gives_roles_of_the_floor_only(
    role: str, supervisor: User, counsellor: User
) -> None:
    with pytest.raises(PermissionDenied):
        invite(supervisor, role)
    client = client_of(supervisor)
    form = {**NEWCOMER, "roles": [role]}
    assert client.post("/console/people/invite/", form).status_code == 422
    form = {"email": counsellor.email, "work_name": "", "roles": [role]}
    assert client.post(f"/console/people/{counsellor.pk}/", form).status_code == 422
    assert not User.objects.filter(username="lotte").exists()


def test_supervisor_changes_nobody_above_and_sees_nobody_of_another_service(
    supervisor: User, other_supervisor: User, administrator: User, member: Maker, hotline: Service
) -> None:
    elsewhere = member("elsa", "counsellor", of=hotline)
    client = client_of(supervisor)
    for person in (other_supervisor, administrator, supervisor):
        assert client.get(f"/console/people/{person.pk}/").status_code == 200
        for act in ("", "off/", "on/", "reset/", "invite-again/"):
            assert client.post(f"/console/people/{person.pk}/{act}").status_code == 403, act
    for act in ("", "off/", "on/", "reset/", "invite-again/"):
        assert client.post(f"/console/people/{elsewhere.pk}/{act}").status_code == 404
    assert "elsa" not in client.get("/console/people/").content.decode()
    with pytest.raises(PermissionDenied):
        actions.invite(by=supervisor, **NEWCOMER, roles=["counsellor"], services=[hotline])
    assert deeds() == []


@pytest.mark.parametrize("role", ["counsellor", "caseworker", "editor"])
def test_others_look_after_nobody(role: str, member: Maker, counsellor: User) -> None:
    client = client_of(member("mo", role))
    for path in ("", "invite/", f"{counsellor.pk}/"):
        assert client.get(f"/console/people/{path}").status_code == 403
    assert client.post(f"/console/people/{counsellor.pk}/off/").status_code == 403


def test_changes_are_on_record_one_by_one(
    administrator: User, counsellor: User, hotline: Service, post: MailServer
) -> None:
    form = {
        "email": "new@home.test",
        "work_name": "Nour",
        "roles": ["supervisor"],
        "services": [str(hotline.pk)],
    }
    client = client_of(administrator)
    assert client.post(f"/console/people/{counsellor.pk}/", form).status_code == 302
    counsellor.refresh_from_db()
    assert (counsellor.email, counsellor.work_name) == ("new@home.test", "Nour")
    assert [group.name for group in counsellor.groups.all()] == ["supervisor"]
    assert [row.service for row in counsellor.memberships.all()] == [hotline]
    assert deeds()[:3] == [
        ("ada", "change_address"),
        ("ada", "take_counsellor"),
        ("ada", "give_supervisor"),
    ]
    assert sorted(deeds()[3:]) == [("ada", "give_service"), ("ada", "take_service")]
    [mail] = post.received
    assert mail.recipients == ["noor@helpline.test"]  # the old address is told, not the new one
    page = client.get(f"/console/people/{counsellor.pk}/").content.decode()
    assert "Role given: Supervisor" in page


def test_services_out_of_sight_stay(
    supervisor: User, counsellor: User, hotline: Service, post: MailServer
) -> None:
    counsellor.memberships.create(service=hotline)
    form = {"email": counsellor.email, "work_name": "", "roles": ["caseworker"]}
    response = client_of(supervisor).post(f"/console/people/{counsellor.pk}/", form)
    assert response.status_code == 302
    assert counsellor.memberships.count() == 2


def test_administrator_is_one_of_the_pages_too(administrator: User, counsellor: User) -> None:
    def change(*roles: str) -> None:
        actions.change_person(
            person=counsellor,
            by=administrator,
            email=counsellor.email,
            work_name="",
            roles=roles,
            services=[default_service()],
        )
        counsellor.refresh_from_db()

    change("administrator")
    assert counsellor.is_superuser
    change("counsellor")
    assert not counsellor.is_superuser


def test_switched_off_is_out_at_once_and_on_again_as_before(
    supervisor: User, counsellor: User
) -> None:
    browser = client_of(counsellor)
    assert browser.get("/console/chat/").status_code == 200
    boss = client_of(supervisor)
    boss.post(f"/console/people/{counsellor.pk}/off/")
    assert standing_of(counsellor) == Standing.OFF
    assert browser.get("/console/chat/").status_code == 302
    boss.post(f"/console/people/{counsellor.pk}/off/")  # a second press changes nothing
    boss.post(f"/console/people/{counsellor.pk}/on/")
    assert client_of(counsellor).get("/console/chat/").status_code == 200
    assert deeds() == [("robin", "deactivate"), ("robin", "reactivate")]


def test_switching_off_voids_the_link(supervisor: User, post: MailServer) -> None:
    person = invite(supervisor).person
    actions.deactivate(person=person, by=supervisor)
    path = link_in(post.received[0])
    assert Client().get(path).status_code == 410
    with pytest.raises(RefusedError):
        actions.reactivate(person=person, by=supervisor)
    assert standing_of(person) == Standing.LAPSED
    assert actions.invite_again(person=person, by=supervisor).arrived


@pytest.mark.parametrize("people", [2, 60])
def test_list_takes_as_many_queries_for_many(
    people: int, supervisor: User, member: Maker, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        member(f"staff-{number:02}", "counsellor", "caseworker")
    within = permissions.services_in_sight(supervisor)
    with django_assert_num_queries(6):
        page = queries.people_page(within)
        list(queries.open_resets(within))
    assert len(page.people) == min(people + 1, queries.PAGE)
    assert page.has_next == (people > queries.PAGE)
    client = client_of(supervisor)
    client.get("/console/people/")
    with django_assert_num_queries(11):
        client.get("/console/people/")


def test_list_counts_by_standing(supervisor: User, counsellor: User, post: MailServer) -> None:
    invite(supervisor)
    User.objects.filter(pk=counsellor.pk).update(is_active=False)
    client = client_of(supervisor)
    page = queries.people_page(None)
    assert {way.key: way.count for way in page.ways} == {
        "": 3,
        "working": 1,
        "setting_up": 0,
        "invited": 1,
        "lapsed": 0,
        "off": 1,
    }
    shown = client.get("/console/people/?standing=off").content.decode()
    assert "noor" in shown
    assert "lotte" not in shown
    assert client.get("/console/people/?standing=nonsense&page=x").status_code == 200


def test_cms_leads_here_so_that_nobody_goes_round_the_rules(administrator: User) -> None:
    administrator.is_superuser = True
    administrator.save()
    client = client_of(administrator)
    for path in (
        "users/",
        "users/new/",
        f"users/edit/{administrator.pk}/",
        "bulk/staff/user/set_active_state/",
    ):
        for method in (client.get, client.post):
            response = method(f"/cms/{path}")
            assert response.status_code == 302
            assert response["Location"] == "/console/people/"


def test_first_administrator_comes_in_by_the_command_line(
    capsys: pytest.CaptureFixture[str], settings: Settings, counsellor: User
) -> None:
    settings.HELPLINE_BASE_URL = "https://help.test"
    with pytest.raises(CommandError):
        call_command("administrator_link", "ada")
    call_command("administrator_link", "ada", "--mail", "ada@helpline.test")
    path = capsys.readouterr().out.strip().removeprefix("https://help.test")
    assert Client().post(path, {"password": PASSWORD}).status_code == 302
    ada = User.objects.get(username="ada")
    assert permissions.has_role(ada, "administrator")
    TOTPDevice.objects.create(user=ada, name="phone", confirmed=True)
    call_command("administrator_link", "ada")  # the way back, when there is nobody to ask
    assert not TOTPDevice.objects.filter(user=ada).exists()
    assert deeds().count(("system", "administrator_link")) == 2
    with pytest.raises(CommandError):
        call_command("administrator_link", "noor")


def test_invitations_go_when_they_are_of_no_use(supervisor: User, post: MailServer) -> None:
    from helpline.privacy.erasure import erase_expired  # noqa: PLC0415 -- the one use

    invite(supervisor)
    erase_expired(timezone.now() + timedelta(days=3, hours=23))
    assert Invitation.objects.count() == 1
    erase_expired(timezone.now() + timedelta(days=4, hours=1))
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab" + "ﷺ" * 38),  # each is eighteen letters as it is kept
        ("username", "NＯOR"),  # noor, as it is kept
        ("username", "dｅmo-noor"),
        ("username", "no\x00or"),
        ("email", "e" * 300 + "@home.test"),
        ("work_name", "n" * 41),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field(
    field: str, value: str, supervisor: User, counsellor: User, settings: Settings
) -> None:
    settings.HELPLINE_DEMO = False
    page = client_of(supervisor).post(
        "/console/people/invite/", {**NEWCOMER, "roles": ["counsellor"], field: value}
    )
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert User.objects.count() == 2
