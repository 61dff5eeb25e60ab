"""The consumer of the Channels tutorial, part 3, as it stands there, on the Redis layer."""

import json
import os
from typing import Any, cast

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import re_path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.chat.servers.settings"
django.setup()


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text_data_json = json.loads(text_data or "")
        message = text_data_json["message"]
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        message = event["message"]
        await self.send(text_data=json.dumps({"message": message}))


_routes: list[Any] = [re_path(r"^pair/(?P<room_name>\w+)/$", cast("Any", ChatConsumer.as_asgi()))]
application = ProtocolTypeRouter({"websocket": URLRouter(_routes)})
