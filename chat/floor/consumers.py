"""A supervisor's page of the floor: a look at what changed, soon after a bell and now and then."""

import asyncio
import time
import uuid

from django.db import Error

from chat import protocol as chat_protocol
from chat.consumers.session import Line
from chat.consumers.signed_in import SignedInSession
from chat.errors import ChatError, Code
from chat.floor import protocol, queries
from chat.floor.permissions import FLOOR_ROLES
from chat.floor.protocol import FloorHello, Picture
from chat.protocol import Beat, Close, Frame, Incoming, Say
from chat.wire.rows import ask
from helpline.privacy.door import Scope
from helpline.services.models import Service
from helpline.staff.permissions import Proof

EVERY_SECONDS = 0.25  # many bells in a moment are one look
# No bell rings here for what is said: who waits for an answer is seen by looking now and then.
LOOK_SECONDS = 2.0


class FloorSession(SignedInSession):
    """One page of the floor of a service."""

    __slots__ = ("again", "held", "looked_at", "looking", "service_id", "tag", "waits")

    def __init__(self, line: Line, rate_key: str, scope: Scope) -> None:
        super().__init__(line, rate_key, scope)
        self.service_id: uuid.UUID | None = None
        self.held: Picture | None = None
        self.tag = ""
        self.looked_at = 0.0
        self.again = self.looking = self.waits = False

    @staticmethod
    def lets_in(proof: Proof) -> bool:
        return not proof.roles.isdisjoint(FLOOR_ROLES)

    def parse(self, raw: Frame) -> Incoming:
        return protocol.parse(raw)

    @property
    def busy(self) -> bool:
        return self.looking

    def say(self, frame: Say) -> None:
        raise ChatError(Code.MALFORMED)

    async def handle(self, frame: Incoming) -> None:
        match frame:
            case FloorHello(service=service, tag=tag):
                await self._hello(service, tag)
            case Beat():
                self.put_pulse()

    async def _hello(self, service: uuid.UUID, tag: str) -> None:
        if self.greeted or self.proof is None:
            raise ChatError(Code.MALFORMED)
        if service not in self.proof.service_ids:
            self.close(Close.UNKNOWN)
            return
        self.greeted = True
        self.service_id, self.tag = service, tag
        self.join(self.proof.user_id, [service])
        self.put(chat_protocol.welcome(), news=False)
        await self._look()

    def go_on(self) -> None:
        """Nothing waits here: a look that was left out comes by the clock."""

    def pulse(self) -> Frame:
        return chat_protocol.beat(0, lag=self.lag())

    def tick(self, now: float) -> None:
        super().tick(now)
        if now - self.looked_at >= LOOK_SECONDS:
            self.desk_changed()

    # What the hub tells a console

    def desk_changed(self) -> None:
        if self.greeted and not self.waits and not self.closed:
            self.waits = True
            self.hub.run(self._look_soon())

    def news(self, conversation_id: uuid.UUID, seq: int) -> None:
        """What a visitor of theirs said shows at the next look."""

    async def recheck(self) -> None:
        proof = await self.prove()
        if proof is None:
            self.close(Close.SIGN_IN)
        elif self.service_id not in proof.service_ids:
            self.close(Close.UNKNOWN)

    # Looking

    async def _look_soon(self) -> None:
        """The first bell is a look at once; those that follow it share the next one."""
        pause = self.looked_at + EVERY_SECONDS - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        self.waits = False
        try:
            await self._look()
        except Error as error:
            self.lose_database(error)

    async def _look(self) -> None:
        if self.looking or self.service_id is None:
            self.again = True  # the look that is under way may have begun before the bell
            return
        self.looking = True
        try:
            self.again = False
            self.looked_at = time.monotonic()
            now = await ask(_picture, self.service_id)
            if self.held is None and self.tag == now.tag:
                self.held = now
            for frame in protocol.changes(self.held, now):
                self.put(frame)
            self.held = now
        finally:
            self.looking = False
        if self.again:
            self.desk_changed()


def _picture(service_id: uuid.UUID) -> Picture:
    return protocol.picture(queries.floor(Service(pk=service_id)))
