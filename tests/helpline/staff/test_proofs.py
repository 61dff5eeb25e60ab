"""A proof holds exactly as long as nothing changed for the person behind a socket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User
from helpline.staff.permissions import Proof, prove, unchanged, verified_user
from tests.signed_in import session_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def scope_of(session: str) -> dict[str, Any]:
    cookie = f"other=1; {settings.SESSION_COOKIE_NAME}={session}"
    return {"headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())]}


def member(name: str, *roles: str) -> User:
    user = User.objects.create_user(name, password="a long enough one")
    user.groups.set(Group.objects.filter(name__in=roles))
    Membership.objects.create(user=user, service=default_service())
    return user


def proof_of(session: str) -> Proof:
    proof = prove(scope_of(session))
    assert proof is not None
    return proof


@pytest.fixture
def noor() -> User:
    return member("noor", "counsellor", "supervisor")


def test_proof_says_who_and_for_what(noor: User) -> None:
    proof = proof_of(session_of(noor))
    assert (proof.user_id, proof.roles, proof.service_ids) == (
        noor.pk,
        frozenset({"counsellor", "supervisor"}),
        frozenset({default_service().pk}),
    )
    assert unchanged([proof]) == {proof}
    assert proof == prove(scope_of(proof.session_key))


def test_proof_shows_no_secret_in_its_text(noor: User) -> None:
    proof = proof_of(session_of(noor))
    for secret in (proof.session_key, proof.session_data, proof.password):
        assert secret
        assert secret not in repr(proof)


def test_who_is_not_verified_has_no_proof(noor: User) -> None:
    assert prove({"headers": []}) is None
    assert prove(scope_of("nobody")) is None
    assert prove(scope_of(session_of(noor, second_factor=False))) is None
    other = TOTPDevice.objects.create(user=member("lotte"), name="phone", confirmed=True)
    session = session_of(noor)
    store = SessionStore(session)
    store[DEVICE_ID_SESSION_KEY] = other.persistent_id
    store.save()
    assert prove(scope_of(session)) is None


CHANGES: dict[str, Callable[[User], object]] = {
    "signed out": lambda user: Session.objects.all().delete(),
    "session expired": lambda user: Session.objects.update(
        expire_date=timezone.now() - timedelta(seconds=1)
    ),
    "session of another": lambda user: Session.objects.update(session_data="something else"),
    "deactivated": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "password changed": lambda user: User.objects.filter(pk=user.pk).update(
        password=make_password("another long one")
    ),
    "device removed": lambda user: TOTPDevice.objects.filter(user=user).delete(),
    "device in doubt": lambda user: TOTPDevice.objects.filter(user=user).update(confirmed=False),
    "device of another": lambda user: TOTPDevice.objects.filter(user=user).update(
        user=member("lotte")
    ),
    "person removed": lambda user: user.delete(),
}
RIGHTS: dict[str, Callable[[User], object]] = {
    "role taken": lambda user: user.groups.remove(Group.objects.get(name="supervisor")),
    "all roles taken": lambda user: user.groups.clear(),
    "role given": lambda user: user.groups.add(Group.objects.get(name="editor")),
    "membership taken": lambda user: user.memberships.all().delete(),
    "membership given": lambda user: Membership.objects.create(
        user=user, service=Service.objects.create(name="Hotline", slug="hotline")
    ),
}


@pytest.mark.parametrize("change", sorted(CHANGES | RIGHTS))
def test_proof_falls_with_what_it_stands_on(change: str, noor: User) -> None:
    proof, other = proof_of(session_of(noor)), proof_of(session_of(member("merel", "counsellor")))
    assert unchanged([proof, other]) == {proof, other}
    {**CHANGES, **RIGHTS}[change](noor)
    assert proof not in unchanged([proof, other])


@pytest.mark.parametrize("change", sorted(CHANGES))
async def test_who_fell_is_not_verified_by_the_long_way_either(change: str, noor: User) -> None:
    session = await sync_to_async(session_of)(noor)
    assert await sync_to_async(verified_user)(scope_of(session)) == noor
    await sync_to_async(CHANGES[change])(noor)
    assert await sync_to_async(verified_user)(scope_of(session)) is None


@pytest.mark.parametrize("change", sorted(RIGHTS))
def test_who_has_other_rights_can_be_proven_again(change: str, noor: User) -> None:
    session = session_of(noor)
    before = proof_of(session)
    RIGHTS[change](noor)
    after = proof_of(session)
    assert before != after
    assert unchanged([before, after]) == {after}


def test_one_who_fell_takes_nobody_along(noor: User) -> None:
    proofs = [proof_of(session_of(member(f"staff-{number}", "counsellor"))) for number in range(3)]
    User.objects.filter(pk=proofs[1].user_id).update(is_active=False)
    assert unchanged(proofs) == {proofs[0], proofs[2]}


@pytest.mark.parametrize("people", [1, 50])
def test_many_proofs_take_as_many_queries_as_one(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proofs = [
        proof_of(session_of(member(f"staff-{number}", "counsellor"))) for number in range(people)
    ]
    with django_assert_num_queries(5):
        assert unchanged(proofs) == set(proofs)


def test_recovery_code_proves_as_well_as_the_app(
    noor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    by_app, by_code = session_of(noor), session_of(noor)
    store = SessionStore(by_code)
    recovery = StaticDevice.objects.create(user=noor, name="recovery", confirmed=True)
    store[DEVICE_ID_SESSION_KEY] = recovery.persistent_id
    store.save()
    proofs = {proof_of(by_app), proof_of(by_code)}
    with django_assert_num_queries(6):  # one more kind of device
        assert unchanged(proofs) == proofs
    recovery.delete()
    assert unchanged(proofs) == {proof_of(by_app)}


def test_no_proofs_ask_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert unchanged([]) == set()
