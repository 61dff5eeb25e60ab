"""The chat's wire: sockets, and long polls for networks that let none through.

All take connections from our own pages only.
"""

from typing import Any, cast

from django.urls import path

from chat.consumers.staff import StaffSession
from chat.consumers.visitor import VisitorSession
from chat.floor.consumers import FloorSession
from chat.wire.longpoll import LongPoll
from chat.wire.origin import OwnOrigin
from chat.wire.socket import Socket
from helpline.privacy.door import Application


def _own(route: str, application: Application) -> Any:
    # Channels' router takes an application where Django's types know a view only.
    return path(route, cast("Any", OwnOrigin(application)))


websocket_urlpatterns: list[Any] = [
    _own("ws/chat/", Socket(lambda line, key, scope: VisitorSession(line, key))),
    _own("ws/console/", Socket(StaffSession)),
    _own("ws/floor/", Socket(FloorSession)),
]
poll_urlpatterns: list[Any] = [
    _own("wire/chat/", LongPoll(lambda line, key, scope: VisitorSession(line, key))),
    _own("wire/console/", LongPoll(StaffSession)),
    _own("wire/floor/", LongPoll(FloorSession)),
]
