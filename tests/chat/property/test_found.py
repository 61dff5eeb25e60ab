"""What the storm of test_chat.py found, each as short as it can be told."""

import pytest

from chat import actions
from tests.chat.property.world import World

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]


def test_a_conversation_opened_between_hello_and_welcome(world: World) -> None:
    world.open("counsellor again", show=False)
    (link,) = [link for link in world.network.links.values() if link.up][-1:]
    world.network.bring_up(link)
    world.network.settle()
    world.network.tell(*world.network.bring_down(link))
    assert [event["type"] for event in link.up] == ["frame"]  # the hello
    world.show("counsellor again")
    world.network.flow()
    world.check()


def test_resumed_elsewhere_while_no_bell_rings(world: World) -> None:
    actions.leave(conversation=world.conversation)
    world.network.flow()
    world.site.silent = True
    actions.resume(conversation=world.conversation)
    for _ in range(6):  # the watch looks every 5 seconds
        world.pass_time(1000)
        world.network.flow()
    world.check()
