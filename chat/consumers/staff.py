"""A counsellor's or supervisor's page: the desk, and the conversations they opened."""

import asyncio
import logging
import uuid

from django.db import Error

from chat import permissions, protocol
from chat.consumers import staff_rows
from chat.consumers.session import Line
from chat.consumers.signed_in import SignedInSession
from chat.consumers.staff_following import StaffFollowing
from chat.errors import ChatError, Code
from chat.protocol import Attend, Beat, Close, Do, Frame, Hello, Open, Read, Say, Typing
from chat.states import Sender
from chat.wire.append import Saying
from chat.wire.rows import ask
from helpline.privacy.door import Scope
from helpline.privacy.vault.errors import VaultError
from helpline.staff.permissions import Proof

log = logging.getLogger(__name__)

DESK_SECONDS = 0.3  # many bells in a moment are one look at the desk


class StaffSession(SignedInSession):
    """One console."""

    __slots__ = ("desk_looks", "desk_tag", "desk_waits", "followings", "looking")

    def __init__(self, line: Line, rate_key: str, scope: Scope) -> None:
        super().__init__(line, rate_key, scope)
        self.followings: dict[uuid.UUID, StaffFollowing] = {}
        self.desk_tag = ""
        self.desk_waits = False
        self.desk_looks = 0  # under way: a poll waits for them
        # One look at a time: what was read first is shown first. Otherwise lists that were read
        # before a chat was taken could come after it, and take the chat off the page again.
        self.looking = asyncio.Lock()

    @staticmethod
    def lets_in(proof: Proof) -> bool:
        return permissions.proves_desk(proof)

    def parse(self, raw: Frame) -> protocol.Incoming:
        return protocol.parse_staff(raw)

    @property
    def busy(self) -> bool:
        looks = self.desk_waits or self.desk_looks > 0
        return looks or any(each.busy for each in self.followings.values())

    def say(self, frame: Say) -> None:
        following = self._following(frame.conversation)
        following.say(
            Saying(
                following.conversation_id,
                Sender.COUNSELLOR,
                frame.client_id,
                frame.text,
                author_id=self.user_id,
                session_key=self._proved().session_key,
            )
        )

    async def handle(self, frame: protocol.Incoming) -> None:
        try:
            await self._do(frame)
        except Error:
            self._tell_undone(frame)
            raise

    def _tell_undone(self, frame: protocol.Incoming) -> None:
        """The page is closed for later, and an act that goes with it was not done."""
        if isinstance(frame, Do | Attend):
            self.refuse(ChatError(Code.LATER), frame)

    async def _do(self, frame: protocol.Incoming) -> None:
        match frame:
            case Hello(tag=tag, open=conversations):
                await self._hello(tag, conversations)
            case Beat(seqs=seqs):
                for number, seq in seqs.items():
                    if number in self.followings:
                        self.followings[number].rewind(seq)
                self.put_pulse()
            case Read(seq, number):
                if self._following(number).mine:
                    self._following(number).note_read(seq)
            case Typing(number):
                following = self._following(number)
                if following.mine and following.may_hint():
                    self.hub.hint(following.conversation_id, "typing", Sender.COUNSELLOR)
            case Open():
                await self._open(frame)
            case Do("shut", number):
                self._shut(number)
            case Do() | Attend():
                answer = await ask(staff_rows.act, self.scope, frame)
                if answer is not None:
                    self.put(answer)
                else:
                    self.put(protocol.done(frame), news=False)
                    self.desk_changed()

    async def _hello(self, tag: str, conversations: tuple[Open, ...]) -> None:
        if self.greeted:
            raise ChatError(Code.MALFORMED)
        proof = self._proved()
        self.greeted = True
        self.desk_tag = tag
        self.join(proof.user_id, proof.service_ids)
        self.put(protocol.welcome(), news=False)
        self.hub.run(self._arrive())
        await self._show_desk()
        await self._open_all(conversations)

    async def _open_all(self, conversations: tuple[Open, ...]) -> None:
        for each in conversations:
            if self.closed:  # it left while we asked
                return
            try:
                await self._open(each)
            except ChatError:
                self.put(protocol.shut(each.conversation))

    async def _arrive(self) -> None:
        """Tell that they are there, beside: a database that takes nothing may still be read."""
        try:
            await ask(staff_rows.arrive, self.scope)
        except (ChatError, Error) as error:  # the watch tells it again
            log.warning("an arrival was not noted", extra={"error": type(error).__name__})

    def leave(self) -> None:
        super().leave()
        for number in list(self.followings):
            self._shut(number)

    def go_on(self) -> None:
        for following in tuple(self.followings.values()):
            following.go_on()

    def pulse(self) -> Frame:
        seqs = {number: each.shown for number, each in self.followings.items()}
        return protocol.staff_beat(seqs, lag=self.lag())

    def desk_changed(self) -> None:
        if self.greeted and not self.desk_waits:
            self.desk_waits = True
            self.hub.run(self._desk_soon())

    def news(self, conversation_id: uuid.UUID, seq: int) -> None:
        if conversation_id not in self.followings:
            self.put(protocol.news(conversation_id, seq))

    async def recheck(self) -> None:
        proof = await self.prove()
        if proof is None:
            self.close(Close.SIGN_IN)
            return
        for following in tuple(self.followings.values()):
            following.look()
        if frozenset(self.services) != proof.service_ids:
            self.close(Close.LATER)  # comes back with the services they have now

    async def _desk_soon(self) -> None:
        try:
            if not self.line.asks_again:
                await asyncio.sleep(DESK_SECONDS)
            self.desk_waits = False
            self.desk_looks += 1
            try:
                await self._show_desk()
            finally:
                self.desk_looks -= 1
        except ChatError as error:
            self.refuse(error, None)
        except VaultError:
            pass  # one of them was erased just now, and the bell of that is on its way
        except Error as error:
            self.lose_database(error)

    async def _show_desk(self) -> None:
        async with self.looking:
            desk = await ask(staff_rows.desk, self.scope)
            tag = protocol.tag_of(desk)
            if tag != self.desk_tag:
                self.desk_tag = tag
                self.put({**desk, "tag": tag})

    async def _open(self, opening: Open) -> None:
        number = opening.conversation
        await ask(staff_rows.open_transcript, self.scope, number)
        if self.closed:
            return
        following = self.followings.get(number)
        if following is None:
            following = self.followings[number] = StaffFollowing(self, number)
            self.hub.follow(following)
        following.shown, following.tag = opening.since, opening.tag
        following.noted = 0  # the page may have begun anew
        following.look()
        if self.hub.present(number):
            self.put(protocol.present(number, here=True), news=False)

    def _shut(self, number: uuid.UUID | None) -> None:
        following = self.followings.pop(number, None) if number is not None else None
        if following is not None:
            self.hub.unfollow(following)

    def drop(self, number: uuid.UUID) -> None:
        """A conversation is not theirs to read any more."""
        self._shut(number)
        self.put(protocol.shut(number))

    def _proved(self) -> Proof:
        if self.proof is None:
            raise ChatError(Code.SIGN_IN)
        return self.proof

    def _following(self, number: uuid.UUID | None) -> StaffFollowing:
        following = self.followings.get(number) if number is not None else None
        if following is None:
            raise ChatError(Code.UNKNOWN)
        return following
