"""A member of staff at the plain desk, as a browser without a script sends its forms."""

import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from chat.models import Conversation
from helpline.staff.models import User
from tests.chat.replies.conftest import pages
from tests.signed_in import session_of

__all__ = ["pages"]

DESK = "/console/chat/plain/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Desk:
    """One browser: pages, presses, and what the page in view carries along."""

    def __init__(self, user: User) -> None:
        self.client = Client(enforce_csrf_checks=False)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        self.status = 0
        self.text = ""

    def get(self, path: str = DESK) -> str:
        return self._keep(self.client.get(path, follow=True))

    def open(self, conversation: Conversation) -> str:
        return self.get(f"{DESK}{conversation.pk}/")

    def says(self, conversation: Conversation) -> str:
        """What stands in the frame of the messages."""
        return unescape(self.client.get(f"{DESK}{conversation.pk}/transcript/").content.decode())

    def press(
        self,
        act: str,
        conversation: Conversation | uuid.UUID | None = None,
        *,
        at_desk: bool = False,
        **typed: Any,
    ) -> str:
        """Press a button; the ids of the page in view go along, as they do in a browser."""
        number = getattr(conversation, "pk", conversation)
        path = f"{DESK}{number}/{'?at=desk' if at_desk else ''}" if number else DESK
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(self.text)}
        sent = {**hidden, "act": act, **typed}
        answer = self.client.post(path, sent, follow=True)
        return self._keep(answer)

    def _keep(self, answer: Any) -> str:
        self.status, self.text = answer.status_code, answer.content.decode()
        self.at = answer.request["PATH_INFO"]
        return unescape(self.text)


@pytest.fixture
def desk(counsellor: User) -> Desk:
    return Desk(counsellor)
