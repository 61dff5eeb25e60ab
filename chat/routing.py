"""The sockets. Both take connections from our own pages only."""

from typing import Any, cast

from django.urls import path

from chat.consumers import ChatConsumer, StaffConsumer, VisitorConsumer
from chat.wire.origin import OwnOrigin


def _socket(route: str, consumer: type[ChatConsumer]) -> Any:
    # Channels' router takes an application where Django's types know a view only.
    return path(route, cast("Any", OwnOrigin(cast("Any", consumer.as_asgi()))))


websocket_urlpatterns: list[Any] = [
    _socket("ws/chat/", VisitorConsumer),
    _socket("ws/console/", StaffConsumer),
]
