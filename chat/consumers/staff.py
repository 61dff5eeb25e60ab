"""A counsellor's or supervisor's page: the desk, and the conversations they opened."""

import asyncio
import logging
import re
import uuid
from dataclasses import dataclass

from django.db import Error

from chat import (
    actions,
    permissions,
    protocol,
    protocol_handover,
    queries,
    queries_handover,
    reporting,
)
from chat.aftercare.protocol import after as after_frame
from chat.aftercare.queries import after
from chat.consumers import handover
from chat.consumers.acts import act
from chat.consumers.aftercare import act_after
from chat.consumers.session import HINT_SECONDS, Following, Line, Session
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import (
    AfterChat,
    Attend,
    Beat,
    Close,
    Do,
    Frame,
    Hello,
    Open,
    Pass,
    Read,
    Say,
    Typing,
)
from chat.states import Presence, Sender, Status, Urgency
from chat.wire.append import Result, Saying, Written
from chat.wire.hub import Said
from chat.wire.rows import ask
from helpline.privacy.door import Scope
from helpline.staff.models import User
from helpline.staff.permissions import Proof, prove, verified_user

log = logging.getLogger(__name__)

DESK_SECONDS = 0.3  # many bells in a moment are one look at the desk
HERE_SECONDS = 10.0  # a visitor whose page comes and goes is told of as often as one who stays
# What may be an address: only then is the whole conversation searched for links.
LINKISH = re.compile(r"\S[.:/]\S")


class StaffSession(Session):
    """One console."""

    __slots__ = (
        *("desk_looks", "desk_tag", "desk_waits", "followings", "proof", "scope", "services"),
        "user_id",
    )

    def __init__(self, line: Line, rate_key: str, scope: Scope) -> None:
        super().__init__(line, rate_key)
        # Of all that came with the connection only the cookie is kept: it is asked again.
        self.scope: Scope = {"headers": [h for h in scope["headers"] if h[0] == b"cookie"]}
        self.proof: Proof | None = None
        self.user_id: int | None = None
        self.followings: dict[uuid.UUID, StaffFollowing] = {}
        self.services: tuple[uuid.UUID, ...] = ()
        self.desk_tag = ""
        self.desk_waits = False
        self.desk_looks = 0  # under way: a poll waits for them

    async def admit(self) -> bool:
        self.proof = await ask(prove, self.scope)
        return self.proof is not None and permissions.proves_desk(self.proof)

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
                    self.hub.hint(following.conversation_id, "typing", COUNSELLOR)
            case Open():
                await self._open(frame)
            case Do("shut", number):
                self._shut(number)
            case Do("urgency", number, choice=urgency):
                await ask(_set_urgency, self.scope, number, Urgency(urgency))
                self.desk_changed()
            case AfterChat():
                await ask(_act_after, self.scope, frame)
                self.desk_changed()
            case Pass():
                answer = await ask(_pass, self.scope, frame)
                if answer is not None:
                    self.put(answer)
                else:
                    self.desk_changed()
            case Do():
                await ask(_act, self.scope, frame)
                self.desk_changed()
            case Attend(presence):
                await ask(_attend, self.scope, presence)
                self.desk_changed()

    async def _hello(self, tag: str, conversations: tuple[Open, ...]) -> None:
        if self.greeted:
            raise ChatError(Code.MALFORMED)
        proof = self._proved()
        self.greeted = True
        self.user_id, self.desk_tag = proof.user_id, tag
        self.services = tuple(proof.service_ids)
        self.hub.staff.setdefault(self.user_id, set()).add(self)
        for service in self.services:
            self.hub.desks.setdefault(service, set()).add(self)
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
            await ask(_arrive, self.scope)
        except (ChatError, Error) as error:  # the watch tells it again
            log.warning("an arrival was not noted", extra={"error": type(error).__name__})

    def leave(self) -> None:
        super().leave()
        for number in list(self.followings):
            self._shut(number)
        for service in self.services:
            self.hub.desks.get(service, set()).discard(self)
        if self.user_id is not None:
            pages = self.hub.staff.get(self.user_id, set())
            pages.discard(self)
            if not pages:
                self.hub.staff.pop(self.user_id, None)

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
        """Something about this person or their session is not as it was."""
        self.proof = await ask(prove, self.scope)
        if self.proof is None or not permissions.proves_desk(self.proof):
            self.close(Close.SIGN_IN)
            return
        for following in tuple(self.followings.values()):
            following.look()
        if frozenset(self.services) != self.proof.service_ids:
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
        except Error as error:
            self.lose_database(error)

    async def _show_desk(self) -> None:
        desk = await ask(_desk, self.scope)
        tag = protocol.tag_of(desk)
        if tag != self.desk_tag:
            self.desk_tag = tag
            self.put({**desk, "tag": tag})

    async def _open(self, opening: Open) -> None:
        number = opening.conversation
        await ask(_open, self.scope, number)
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

    def _following(self, number: uuid.UUID | None) -> "StaffFollowing":
        following = self.followings.get(number) if number is not None else None
        if following is None:
            raise ChatError(Code.UNKNOWN)
        return following


COUNSELLOR = Sender.COUNSELLOR


class StaffFollowing(Following):
    """A conversation that is open on a console."""

    __slots__ = ("links", "mine", "noted", "over")
    session: StaffSession

    def __init__(self, session: StaffSession, number: uuid.UUID) -> None:
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
        since = self.shown if room else None
        seen = await ask(_view, self.session.scope, self.conversation_id, since, self)
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


# What needs the database, each in one go


@dataclass(frozen=True)
class View:
    """An open conversation as this member of staff may see it now."""

    page: Frame | None
    opened: Frame
    tag: str
    notes: list[Frame]
    mine: bool
    over: bool
    last_seq: int


def _view(scope: Scope, number: uuid.UUID, since: int | None, held: StaffFollowing) -> View:
    user = _user(scope)
    conversation = _conversation(number)
    permissions.check_can_open(user, conversation)
    page = None
    if since is not None and conversation.last_seq > since:
        page = protocol.messages(*queries.messages_after(number, since), conversation=number)
    for seq, text in queries.words_after(conversation, held.links.upto):
        held.links.add(seq, text)
    opened = protocol.opened(conversation, user=user, links=held.links.shown())
    came_with = queries_handover.latest(conversation)
    opened["handover"] = protocol_handover.latest(came_with, user=user)
    tag = protocol.tag_of(opened)
    notes: list[Frame] = []
    if tag != held.tag and conversation.noted != held.noted:
        notes = protocol.notes(queries.notes(number), number, user=user)
    return View(
        page,
        opened,
        tag,
        notes,
        conversation.owner_id == user.pk,
        conversation.status == Status.ENDED,
        conversation.last_seq,
    )


def _open(scope: Scope, number: uuid.UUID) -> None:
    actions.open_transcript(conversation=_conversation(number), by=_user(scope))


def _desk(scope: Scope) -> Frame:
    user = _user(scope)
    shown = protocol.desk(queries.desk(user), user=user)
    handovers = protocol_handover.listed(queries_handover.listed(user), user=user)
    return {**shown, "after": after_frame(after(user)), "handovers": handovers}


def _act_after(scope: Scope, frame: AfterChat) -> None:
    act_after(frame, by=_user(scope))


def _act(scope: Scope, frame: Do) -> None:
    user = _user(scope)
    act(frame, conversation=_conversation(frame.conversation), by=user)


def _arrive(scope: Scope) -> None:
    actions.arrive(by=_user(scope))


def _attend(scope: Scope, presence: Presence) -> None:
    actions.set_presence(presence=presence, by=_user(scope))


def _set_urgency(scope: Scope, number: uuid.UUID | None, urgency: Urgency) -> None:
    actions.set_urgency(conversation=_conversation(number), urgency=urgency, by=_user(scope))


def _pass(scope: Scope, frame: Pass) -> Frame | None:
    conversation = _conversation(frame.conversation)
    return handover.act(frame, conversation=conversation, by=_user(scope))


def _user(scope: Scope) -> User:
    """The member of staff behind a console, asked anew. Raises ChatError(SIGN_IN)."""
    user = verified_user(scope)
    if user is None or not permissions.can_use_desk(user):
        raise ChatError(Code.SIGN_IN)
    return user


def _conversation(number: uuid.UUID | None) -> Conversation:
    found = queries.by_id(number) if number is not None else None
    if found is None:
        raise ChatError(Code.UNKNOWN)
    return found
