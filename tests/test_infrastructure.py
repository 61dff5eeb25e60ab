"""The ground the other tests stand on."""

import socket

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group
from django.db import connections
from wagtail.models import Page

from helpline.privacy.models import DataKey
from tests.services import OutsideError

pytestmark = pytest.mark.embedded


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
@pytest.mark.parametrize("round_", [1, 2])
def test_transactional_test_keeps_what_migrations_wrote(round_: int) -> None:
    assert Page.objects.filter(depth=1).exists()
    assert not Group.objects.filter(name="left behind").exists()
    Group.objects.create(name="left behind")


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("round_", [1, 2])
async def test_async_test_writes_in_its_own_transaction(round_: int) -> None:
    assert not await Group.objects.filter(name="async").aexists()
    await Group.objects.acreate(name="async")
    assert await DataKey.objects.acount() == 0
    assert await sync_to_async(lambda: connections["default"].in_atomic_block)()


def test_only_this_machine_can_be_reached() -> None:
    with pytest.raises(OutsideError), socket.create_connection(("192.0.2.1", 80), timeout=1):
        pass
    with pytest.raises(OutsideError):
        socket.getaddrinfo("example.org", 80)
    with pytest.raises(OutsideError), socket.socket(type=socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"", ("192.0.2.1", 53))
