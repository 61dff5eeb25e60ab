"""The idiomatic consumer: one row a message by the ORM, then group_send. The sender's own copy is
its acknowledgement.
"""

import os
from typing import Any, cast

import django
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.db import connection, transaction
from django.urls import re_path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.chat.servers.settings"
django.setup()

from tests.bench.chat.servers.idiomatic.models import Message, Room  # noqa: E402 -- after setup


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{self.room_name}"
        await Room.objects.aget_or_create(name=self.room_name)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        message = await self.save(content["id"], content["text"])
        await self.channel_layer.group_send(
            self.group,
            {
                "type": "chat.message",
                "seq": message.seq,
                "id": message.client_id,
                "text": message.text,
                "at": message.sent_at.isoformat(),
            },
        )

    @database_sync_to_async
    def save(self, client_id: str, text: str) -> Message:
        with transaction.atomic():
            room = Room.objects.select_for_update().get(name=self.room_name)
            room.last_seq += 1
            room.save(update_fields=["last_seq"])
            return Message.objects.create(
                room=room, seq=room.last_seq, client_id=client_id, text=text
            )

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json({**event, "type": "message"})


def make_tables() -> None:
    """The bench's database is empty at first."""
    if "idiomatic_room" not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Room)
            editor.create_model(Message)


make_tables()
_routes: list[Any] = [re_path(r"^pair/(?P<room_name>\w+)/$", cast("Any", ChatConsumer.as_asgi()))]
application = ProtocolTypeRouter({"websocket": URLRouter(_routes)})
