"""The two sockets: a visitor's and a counsellor's. They parse, call one action, and send frames."""

import asyncio
import logging
import time
import uuid
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from chat import actions, permissions, protocol, queries, reporting
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import Beat, Close, Do, Frame, Hello, Say
from chat.states import Status
from chat.wire import groups, hub
from helpline.privacy import throttle
from helpline.privacy.door import RATE_KEY, Scope
from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User
from helpline.staff.permissions import verified_user

log = logging.getLogger(__name__)

HELLO_SECONDS = 10
SILENT_SECONDS = 60
WATCH_SECONDS = 4
DESK_SECONDS = 0.3  # many bells in a moment are one look at the desk

# Generous for a fast typist and for a school behind one address: it slows, it never refuses.
SAY_RATE = "40/minute"
DOOR_RATE = "600/minute"
SLOW_SECONDS = 5


class ChatConsumer(AsyncWebsocketConsumer):
    """What both sockets share: frames, errors that never close, a watch on silence."""

    closing = False

    async def connect(self) -> None:
        self.last_heard = time.monotonic()
        self.greeted = False
        hub.attend()
        await self.accept()
        self.watch = asyncio.create_task(self._watch())

    async def dispatch(self, message: Any) -> None:
        """Without the database nothing is taken: the page comes back and says since when."""
        try:
            await super().dispatch(message)
        except DatabaseError as error:
            log.warning("a socket closes for later", extra={"error": type(error).__name__})
            await self.close(Close.LATER)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "watch"):
            self.watch.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        self.last_heard = time.monotonic()
        frame: protocol.Incoming | None = None
        try:
            frame = self.parse(text_data)
            if not self.greeted and not isinstance(frame, Hello):
                raise ChatError(Code.MALFORMED)
            await self.handle(frame)
        except ChatError as error:
            await self.refuse(error, frame)
        except VaultError:
            await self.refuse(ChatError(Code.UNKNOWN), frame)  # erased while it was open

    async def refuse(self, error: ChatError, frame: protocol.Incoming | None) -> None:
        """Tell what was refused; only what cannot get better by itself closes the socket."""
        about = frame.act if isinstance(frame, Do) else ""
        await self.put(
            protocol.refused(
                error,
                about=about,
                client_id=frame.client_id if isinstance(frame, Say) else None,
                conversation=frame.conversation if isinstance(frame, Say | Do) else None,
                after=SLOW_SECONDS if error.code == Code.SLOW else 0,
            )
        )
        if error.code == Code.VERSION:
            await self.close(Close.VERSION)
        elif error.code == Code.SIGN_IN:
            await self.close(Close.SIGN_IN)

    async def put(self, frame: Frame) -> None:
        if not self.closing:
            await self.send(text_data=protocol.dump(frame))

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        """Close once: a bell may ring while the socket is on its way out."""
        if not self.closing:
            self.closing = True
            await super().close(code, reason)

    def parse(self, text: str | None) -> protocol.Incoming:
        raise NotImplementedError

    async def handle(self, frame: protocol.Incoming) -> None:
        raise NotImplementedError

    async def still_welcome(self) -> bool:
        """Whether this socket may stay open; asked every few seconds."""
        return True

    async def slow_down(self, conversation_id: uuid.UUID) -> None:
        """Raise ChatError(SLOW) when one conversation or one network says very much at once."""
        key = str(self.scope.get(RATE_KEY, ""))
        if not await throttle.ahit("say", conversation_id.hex, per=SAY_RATE) or not (
            await throttle.ahit("say door", key, per=DOOR_RATE)
        ):
            raise ChatError(Code.SLOW)

    async def _watch(self) -> None:
        started = time.monotonic()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            late = not self.greeted and now - started > HELLO_SECONDS
            if late or now - self.last_heard > SILENT_SECONDS:
                await self.close(Close.SILENT)
                return
            try:
                welcome = await self.still_welcome()
            except DatabaseError:
                continue  # nothing is shown or taken without it either
            if not welcome:
                await self.close(Close.SIGN_IN)
                return


class VisitorConsumer(ChatConsumer):
    """A visitor's socket. The token comes in the first frame and is asked again at every act."""

    token = ""
    shown = 0
    state: Frame | None = None

    def parse(self, text: str | None) -> protocol.Incoming:
        return protocol.parse_visitor(text)

    async def handle(self, frame: protocol.Incoming) -> None:
        match frame:
            case Hello(token, since):
                await self._hello(token, since)
            case Say(client_id, text):
                conversation = await self._conversation()
                await self.slow_down(conversation.pk)
                written = await database_sync_to_async(actions.say)(
                    conversation=conversation, text=text, client_id=client_id
                )
                await self.put(protocol.ack(written))
            case Beat(seq):
                await self._beat(seq)
            case Do("resume"):
                await database_sync_to_async(actions.resume)(
                    conversation=await self._conversation()
                )
                await self._news()
            case Do("end"):
                await database_sync_to_async(actions.end)(conversation=await self._conversation())
                await self._news()

    async def _hello(self, token: str, since: int) -> None:
        conversation = await database_sync_to_async(queries.by_token)(token)
        if conversation is None:
            await self.put(protocol.refused(ChatError(Code.UNKNOWN), about="hello"))
            await self.close(Close.UNKNOWN)
            return
        self.token, self.shown, self.greeted = token, since, True
        # The bell is hung before the first look, so that nothing falls between them.
        await hub.follow(groups.conversation(conversation.pk), self.channel_name)
        await hub.follow(groups.queue(conversation.service_id), self.channel_name)
        self.groups_held = [
            groups.conversation(conversation.pk),
            groups.queue(conversation.service_id),
        ]
        await database_sync_to_async(actions.hear)(conversation=conversation)
        self.state = await database_sync_to_async(_visitor_state)(conversation)
        await self.put(protocol.welcome(self.state))
        await self._news()

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        for group in getattr(self, "groups_held", []):
            await hub.unfollow(group, self.channel_name)

    async def bell(self, event: dict[str, Any]) -> None:
        """Something happened in this conversation."""
        await self._news_or_over()

    async def queue_bell(self, event: dict[str, Any]) -> None:
        """The queue moved: only who waits has a place in it."""
        if self.state is not None and self.state["status"] == Status.WAITING:
            await self._news_or_over()

    async def _news_or_over(self) -> None:
        if self.closing or not self.greeted:
            return
        try:
            await self._news()
        except (ChatError, VaultError):
            await self.close(Close.UNKNOWN)

    async def _beat(self, seq: int) -> None:
        conversation = await self._conversation()
        await database_sync_to_async(actions.hear)(conversation=conversation)
        self.shown = min(self.shown, max(seq, 0))  # what the page did not get is sent again
        await self._news()
        await self.put(protocol.beat(self.shown))

    async def _conversation(self) -> Conversation:
        conversation = await database_sync_to_async(queries.by_token)(self.token)
        if conversation is None:
            raise ChatError(Code.UNKNOWN)
        return conversation

    async def _news(self) -> None:
        """Send the state when it changed and what was said since, in pages."""
        conversation = await self._conversation()
        state = await database_sync_to_async(_visitor_state)(conversation)
        # Somebody else may be looking at the screen: nothing is shown until the visitor asks.
        if conversation.status != Status.PAUSED:
            more = True
            while more:
                page = await database_sync_to_async(_page)(conversation.pk, self.shown)
                more = page["more"]
                if page["messages"]:
                    await self.put(page)
                    self.shown = page["messages"][-1]["seq"]
        if state != self.state:
            self.state = state
            await self.put(state)
        if conversation.is_over:
            await self.close(Close.OVER)


class StaffConsumer(ChatConsumer):
    """A counsellor's or supervisor's socket: the desk, and the conversations they opened."""

    async def connect(self) -> None:
        self.opened: dict[uuid.UUID, int] = {}
        self.desks: list[str] = []
        self.desk_task: asyncio.Task[None] | None = None
        user = await self.signed_in()
        if user is None or not await database_sync_to_async(permissions.can_use_desk)(user):
            await self.close(Close.SIGN_IN)
            return
        self.user_id = user.pk
        await super().connect()

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self.desk_task is not None:
            self.desk_task.cancel()
        for group in [*self.desks, *map(groups.conversation, self.opened)]:
            await hub.unfollow(group, self.channel_name)

    def parse(self, text: str | None) -> protocol.Incoming:
        return protocol.parse_staff(text)

    async def signed_in(self) -> User | None:
        """The member of staff behind this socket, asked anew."""
        return await verified_user(cast("Scope", self.scope))

    async def still_welcome(self) -> bool:
        return await self.signed_in() is not None

    async def handle(self, frame: protocol.Incoming) -> None:
        user = await self._user()
        match frame:
            case Hello():
                await self._hello(user)
            case Beat():
                await self._desk(user)
                for conversation_id in list(self.opened):
                    await self._news(conversation_id, user)
                await self.put(protocol.beat(0))
            case Say(client_id, text, conversation_id):
                conversation = await self._conversation(conversation_id)
                await self.slow_down(conversation.pk)
                written = await database_sync_to_async(actions.say)(
                    conversation=conversation, text=text, client_id=client_id, by=user
                )
                await self.put(protocol.ack(written, conversation.pk))
            case Do("open", conversation_id, since):
                await self._open(await self._conversation(conversation_id), since, user)
            case Do("shut", conversation_id):
                await self._shut(conversation_id)
            case Do("read", conversation_id, since):
                await database_sync_to_async(actions.mark_read)(
                    conversation=await self._conversation(conversation_id), seq=since, by=user
                )
                await self._desk(user)
            case Do("offer", conversation_id, links=links):
                await database_sync_to_async(actions.offer_report)(
                    conversation=await self._conversation(conversation_id), links=links, by=user
                )
            case Do(act, conversation_id):
                action = {
                    "claim": actions.claim,
                    "give_back": actions.give_back,
                    "end": actions.end,
                    "danger": actions.raise_danger,
                    "acknowledge": actions.acknowledge_danger,
                }[act]
                await database_sync_to_async(action)(
                    conversation=await self._conversation(conversation_id), by=user
                )
                await self._desk(user)

    async def bell(self, event: dict[str, Any]) -> None:
        """Something happened in a conversation that is open here."""
        try:
            await self._news(uuid.UUID(event["conversation"]), await self._user())
        except ChatError as error:
            await self.refuse(error, None)

    async def desk_bell(self, event: dict[str, Any]) -> None:
        """Something happened in the service that this desk shows."""
        if event["for"] not in (None, self.user_id):
            return
        if self.desk_task is None or self.desk_task.done():
            self.desk_task = asyncio.create_task(self._desk_soon())

    async def _desk_soon(self) -> None:
        await asyncio.sleep(DESK_SECONDS)
        user = await self.signed_in()
        if user is not None:
            await self._desk(user)

    async def _hello(self, user: User) -> None:
        self.greeted = True
        self.desks = await database_sync_to_async(_desks_of)(user)
        for group in self.desks:
            await hub.follow(group, self.channel_name)
        await self.put(protocol.welcome({}))
        await self._desk(user)

    async def _desk(self, user: User) -> None:
        await self.put(await database_sync_to_async(_desk)(user))

    async def _open(self, conversation: Conversation, since: int, user: User) -> None:
        await database_sync_to_async(actions.open_transcript)(conversation=conversation, by=user)
        await hub.follow(groups.conversation(conversation.pk), self.channel_name)
        self.opened[conversation.pk] = since
        await self._news(conversation.pk, user, fresh=True)

    async def _shut(self, conversation_id: uuid.UUID | None) -> None:
        if conversation_id is not None and self.opened.pop(conversation_id, None) is not None:
            await hub.unfollow(groups.conversation(conversation_id), self.channel_name)

    async def _news(self, conversation_id: uuid.UUID, user: User, *, fresh: bool = False) -> None:
        """Send what was said in an open conversation since, while it is theirs to read."""
        if conversation_id not in self.opened:
            return
        try:
            conversation = await self._conversation(conversation_id)
            await database_sync_to_async(permissions.check_can_open)(user, conversation)
        except ChatError:
            await self._shut(conversation_id)
            await self.put(protocol.shut(conversation_id))
            return
        more, changed = True, fresh
        while more:
            page = await database_sync_to_async(_page)(
                conversation_id, self.opened[conversation_id], tagged=True
            )
            more = page["more"]
            if page["messages"]:
                await self.put(page)
                self.opened[conversation_id] = page["messages"][-1]["seq"]
                changed = True
        if changed:
            await self.put(await database_sync_to_async(_opened)(conversation, user))

    async def _user(self) -> User:
        user = await self.signed_in()
        if user is None or not await database_sync_to_async(permissions.can_use_desk)(user):
            raise ChatError(Code.SIGN_IN)
        return user

    async def _conversation(self, conversation_id: uuid.UUID | None) -> Conversation:
        found = conversation_id and await database_sync_to_async(queries.by_id)(conversation_id)
        if not found:
            raise ChatError(Code.UNKNOWN)
        return found


# What needs the database, each in one go


def _visitor_state(conversation: Conversation) -> Frame:
    paused = conversation.status == Status.PAUSED
    return protocol.visitor_state(
        conversation,
        position=queries.position(conversation),
        offer=None if paused else queries.open_offer(conversation.pk),
    )


def _page(conversation_id: uuid.UUID, since: int, *, tagged: bool = False) -> Frame:
    said, more = queries.messages_after(conversation_id, since)
    return protocol.messages(said, more=more, conversation=conversation_id if tagged else None)


def _desk(user: User) -> Frame:
    return protocol.desk(queries.desk(user), user=user)


def _desks_of(user: User) -> list[str]:
    return [groups.desk(member.service_id) for member in user.memberships.all()]


def _opened(conversation: Conversation, user: User) -> Frame:
    said = queries.visitor_words(conversation.pk)
    return protocol.opened(conversation, user=user, links=reporting.links_in(said))
