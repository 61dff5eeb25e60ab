"""A conversation that is open on a console."""

import re
import uuid
from typing import TYPE_CHECKING

from chat import protocol, reporting
from chat.consumers import staff_rows
from chat.consumers.session import HINT_SECONDS, Following
from chat.errors import ChatError, Code
from chat.states import Sender
from chat.wire.append import Result, Saying, Written
from chat.wire.hub import Said
from chat.wire.rows import ask

if TYPE_CHECKING:
    from chat.consumers.staff import StaffSession

HERE_SECONDS = 10.0  # a visitor whose page comes and goes is told of as often as one who stays
# What may be an address: only then is the whole conversation searched for links.
LINKISH = re.compile(r"\S[.:/]\S")


class StaffFollowing(Following):
    """A conversation that is open on a console."""

    __slots__ = ("links", "mine", "noted", "over")
    session: "StaffSession"

    def __init__(self, session: "StaffSession", number: uuid.UUID) -> None:
        super().__init__(session, number, Sender.COUNSELLOR)
        self.mine = self.over = False
        self.noted = 0
        self.links = reporting.Links()

    def answered(self, saying: Saying, result: Result) -> None:
        super().answered(saying, result)
        if isinstance(result, Written) and LINKISH.search(saying.text):
            self.look()

    def said(self, said: Said) -> None:
        super().said(said)
        if LINKISH.search(said.text):
            self.look()

    def passed(self, last_seq: int | None) -> None:
        if not self.over:
            super().passed(last_seq)

    def hinted(self, kind: str, who: Sender, value: int) -> None:
        if kind == "read":
            self.session.put(protocol.read(who, value, self.conversation_id))
        elif who == Sender.VISITOR and kind == "typing":
            if self.may_be_told(kind, HINT_SECONDS):
                self.session.put(protocol.typing(who, self.conversation_id))
        elif who == Sender.VISITOR and kind == "present":
            if value:
                if not self.may_be_told(kind, HERE_SECONDS):
                    return
            else:
                self.told_at.pop(kind, None)
            self.session.put(protocol.present(self.conversation_id, here=bool(value)), news=False)

    async def fetch(self, room: bool) -> bool:
        async with self.session.looking:
            return await self._fetch(room)

    async def _fetch(self, room: bool) -> bool:
        since = self.shown if room else None
        seen = await ask(staff_rows.view, self.session.scope, self.conversation_id, since, self)
        self.mine, self.over = seen.mine, seen.over
        if seen.page is not None and seen.page["messages"]:
            self.session.put(seen.page)
            self.shown = seen.page["messages"][-1]["seq"]
        if seen.tag != self.tag:
            # Before the tag: whoever holds it holds the notes as well.
            for frame in seen.notes:
                self.session.put(frame)
            self.tag = seen.tag
            self.session.put({**seen.opened, "tag": seen.tag})
        self.noted = seen.opened["noted"]
        if seen.page is not None:
            return bool(seen.page["more"])
        return not room and seen.last_seq > self.shown

    def lose(self, error: ChatError) -> None:
        if error.code == Code.SIGN_IN:
            self.session.refuse(error, None)
        else:
            self.session.drop(self.conversation_id)
