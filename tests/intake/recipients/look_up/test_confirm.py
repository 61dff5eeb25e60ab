"""A contact that was found is taken into the directory, on a person's word."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from helpline.staff.models import User
from intake.recipients.actions import confirm, look_up
from intake.recipients.models import Recipient
from intake.recipients.states import Kind
from tests.intake.recipients.look_up.world import HOST
from tests.standins.rdap import Register

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def test_confirm_takes_a_contact_into_the_directory_once(
    registers: Register, caseworker: User
) -> None:
    proposal = look_up(HOST, by=caseworker)[0]
    recipient = confirm(proposal, by=caseworker)
    assert (recipient.address, recipient.active, recipient.verified_by) == (
        "abuse@hosting.test",
        True,
        caseworker,
    )
    assert recipient.domains.count() == 0  # the reported host is not published in the directory
    assert confirm(proposal, by=caseworker) == recipient
    again = look_up(HOST, by=caseworker, again=True)[0]
    assert confirm(again, by=caseworker) == recipient
    assert Recipient.objects.count() == 1


def test_confirm_passes_by_an_entry_that_nobody_confirmed(
    registers: Register, caseworker: User
) -> None:
    shipped = Recipient.objects.create(
        name="shipped", kind=Kind.NETWORK, address="Abuse@hosting.test"
    )
    proposal = look_up(HOST, by=caseworker)[0]
    assert confirm(proposal, by=caseworker) != shipped


def test_confirm_is_for_caseworkers(registers: Register, caseworker: User) -> None:
    proposal = look_up(HOST, by=caseworker)[0]
    counsellor = User.objects.create_user("counsellor")
    counsellor.groups.add(Group.objects.get(name="counsellor"))
    with pytest.raises(PermissionDenied):
        confirm(proposal, by=counsellor)
