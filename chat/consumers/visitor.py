"""A visitor's page. The token comes in the first frame and is asked again at every act."""

import uuid
from dataclasses import dataclass

from chat import actions, protocol, queries
from chat.consumers.session import Following, Line, Session
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import Beat, Close, Do, Frame, Hello, Read, Say, Typing
from chat.states import Sender, Status
from chat.wire.append import Saying
from chat.wire.hub import Said
from chat.wire.rows import ask


class VisitorSession(Session):
    """One page of a visitor."""

    __slots__ = ("following", "queue", "rate_key", "token")

    def __init__(self, line: Line, rate_key: str) -> None:
        super().__init__(line, rate_key)
        self.rate_key = rate_key
        self.token = ""
        self.following: VisitorFollowing | None = None
        self.queue: uuid.UUID | None = None

    def parse(self, raw: Frame) -> protocol.Incoming:
        return protocol.parse_visitor(raw)

    @property
    def busy(self) -> bool:
        return self.following is not None and self.following.busy

    def say(self, frame: Say) -> None:
        mine = self._mine()
        mine.say(
            Saying(
                mine.conversation_id,
                Sender.VISITOR,
                frame.client_id,
                frame.text,
                token_hash=mine.token_hash,
            )
        )

    async def handle(self, frame: protocol.Incoming) -> None:
        if isinstance(frame, Hello):
            await self._hello(frame)
            return
        mine = self._mine()
        match frame:
            case Beat(seq):
                self.hub.seen.add(mine.conversation_id)
                mine.rewind(seq)
                self.put_pulse()
            case Read(seq):
                mine.note_read(seq)
            case Typing():
                if mine.may_hint():
                    self.hub.hint(mine.conversation_id, "typing", Sender.VISITOR)
            case Do("resume"):
                await ask(_act, self.token, "resume")
                mine.look()
            case Do("end"):
                await ask(_act, self.token, "end")
                mine.look()

    async def _hello(self, hello: Hello) -> None:
        if self.following is not None:
            raise ChatError(Code.MALFORMED)
        conversation = await ask(queries.by_token, hello.token)
        if conversation is None:
            await ask(_slow_if_blocked, hello.token, self.rate_key)
            self.put(protocol.refused(ChatError(Code.UNKNOWN), about="hello"))
            self.close(Close.UNKNOWN)
            return
        if self.closed:  # it left while we asked
            return
        self.token, self.greeted = hello.token, True
        # Followed before the first look, so that nothing falls between them.
        self.following = VisitorFollowing(self, conversation)
        self.following.shown = min(hello.since, conversation.last_seq)
        self.following.tag = hello.tag
        self.hub.follow(self.following)
        self.hub.seen.add(conversation.pk)
        self.queue = conversation.service_id
        self.hub.queues.setdefault(self.queue, set()).add(self.following)
        self.hub.hint(conversation.pk, "present", Sender.VISITOR, 1)
        self.following.look()

    def leave(self) -> None:
        super().leave()
        if self.following is None or self.queue is None:
            return
        self.hub.unfollow(self.following)
        self.hub.queues[self.queue].discard(self.following)
        number = self.following.conversation_id
        if not self.line.asks_again and not self.hub.present(number):
            self.hub.hint(number, "present", Sender.VISITOR, 0)

    def go_on(self) -> None:
        if self.following is not None:
            self.following.go_on()

    def pulse(self) -> Frame:
        shown = self.following.shown if self.following is not None else 0
        return protocol.beat(shown, lag=self.lag())

    def _mine(self) -> "VisitorFollowing":
        if self.following is None:
            raise ChatError(Code.UNKNOWN)
        return self.following


class VisitorFollowing(Following):
    """A visitor's view of their conversation."""

    __slots__ = ("reached", "status", "token_hash", "welcomed")
    session: VisitorSession

    def __init__(self, session: VisitorSession, conversation: Conversation) -> None:
        super().__init__(session, conversation.pk, Sender.VISITOR)
        self.token_hash = bytes(conversation.token_hash)
        self.status = ""
        self.reached = 0  # the latest place when it was last looked at, shown or not
        self.welcomed = False

    def said(self, said: Said) -> None:
        # Somebody else may be looking at the screen: nothing is shown until the visitor asks.
        if self.status == Status.PAUSED:
            self.passed(said.seq)
        else:
            super().said(said)

    def passed(self, last_seq: int | None) -> None:
        if self.status != Status.PAUSED:
            super().passed(last_seq)
        elif last_seq is None or last_seq > self.reached:
            self.look()  # resumed elsewhere: that says a line

    def queue_moved(self) -> None:
        if self.status == Status.WAITING:
            self.look()

    def hinted(self, kind: str, who: Sender, value: int) -> None:
        if who == Sender.COUNSELLOR and self.welcomed and self.status == Status.ACTIVE:
            if kind == "typing":
                self.session.put(protocol.typing(who))
            elif kind == "read":
                self.session.put(protocol.read(who, value))

    async def fetch(self, room: bool) -> bool:
        since = self.shown if room else None
        # Who was here is still told how it ended.
        seen = await ask(_view, self.session.token, since, self.welcomed)
        if seen.state["blocked"]:
            await ask(actions.slow_down, self.session.rate_key)
        tag = protocol.tag_of(seen.state)
        self.status = seen.state["status"]
        self.reached = seen.last_seq
        changed = tag != self.tag
        self.tag = tag
        state = {**seen.state, "tag": tag} if changed else None
        if not self.welcomed:
            self.welcomed = True
            self.session.put(
                protocol.welcome(seq=seen.last_seq, state=state, read=seen.read), news=changed
            )
            state = None
        if seen.page is not None and seen.page["messages"]:
            self.session.put(seen.page)
            self.shown = seen.page["messages"][-1]["seq"]
        if state is not None:
            self.session.put(state)
        if self.status == Status.ENDED:
            self.session.close(Close.OVER)
        if seen.page is not None:
            return bool(seen.page["more"])
        return not room and self.status != Status.PAUSED and seen.last_seq > self.shown

    def lose(self, error: ChatError) -> None:
        self.session.close(Close.UNKNOWN)


# What needs the database, each in one go


@dataclass(frozen=True)
class View:
    """A conversation as its visitor may see it now; no page of it while it is paused, or while
    there is no room for one.
    """

    state: Frame
    page: Frame | None
    last_seq: int
    read: int


def _view(token: str, since: int | None, even_blocked: bool) -> View:
    conversation = _by_token(token, even_blocked=even_blocked)
    paused = conversation.status == Status.PAUSED
    state = protocol.visitor_state(
        conversation,
        position=queries.position(conversation),
        offer=None if paused else queries.open_offer(conversation.pk),
    )
    page = None
    if since is not None and not paused and conversation.last_seq > since:
        page = protocol.messages(*queries.messages_after(conversation.pk, since))
    return View(state, page, conversation.last_seq, conversation.counsellor_read_seq)


def _act(token: str, act: str) -> None:
    conversation = _by_token(token)
    if act == "resume":
        actions.resume(conversation=conversation)
    else:
        actions.end(conversation=conversation)


def _slow_if_blocked(token: str, rate_key: str) -> None:
    if queries.is_blocked(token):
        actions.slow_down(rate_key)


def _by_token(token: str, *, even_blocked: bool = False) -> Conversation:
    conversation = queries.by_token(token, even_blocked=even_blocked)
    if conversation is None:
        raise ChatError(Code.UNKNOWN)
    return conversation
