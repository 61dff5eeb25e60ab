"""One conversation, its pages, and what must hold of them."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings

from chat import actions, protocol, queries
from chat.models import Conversation
from chat.states import Sender, Status
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.property.network import Network
from tests.chat.property.site import Site
from tests.chat.property.tabs import Tabs, Told

QUIET_SECONDS = 240  # by then everything must have come to rest
STEP_MS = 1000


@dataclass(frozen=True)
class Kind:
    """A kind of page: its module, and where the person at it writes."""

    module: str
    root: str
    socket: str
    wire: str
    box: str
    form: str
    sender: Sender


VISITOR = Kind(
    *("visitor.js", "chat", "/ws/chat/", "/wire/chat/", "chat-text", "chat-composer"),
    Sender.VISITOR,
)
COUNSELLOR = Kind(
    *("console.js", "desk", "/ws/console/", "/wire/console/", "room-text", "room-composer"),
    Sender.COUNSELLOR,
)
# The first two are open from the beginning; the others are second tabs of the same person.
TABS = {
    "visitor": VISITOR,
    "counsellor": COUNSELLOR,
    "visitor again": VISITOR,
    "counsellor again": COUNSELLOR,
}


@dataclass
class Page:
    """What the test knows of a tab: what was typed there, and what it shows."""

    kind: Kind
    typed: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=lambda: {"messages": [], "outbox": [], "seq": 0})


class World:
    """The site, the tabs and the network around one conversation."""

    def __init__(self, site: Site, tabs: Tabs, service: Service, by: User, session: str) -> None:
        self.site = site
        self.tabs = tabs
        self.by = by
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        site.begin()
        started = actions.start(service=service, language="nl", name="", start_key=uuid.uuid4())
        self.token = started.token
        self.number = started.conversation.pk
        actions.claim(conversation=started.conversation, by=by)
        self.network = Network(site, tabs, self._tab_at)
        self.network.heard.append(self._look)
        self.pages: dict[str, Page] = {}
        self.rows: dict[int, dict[str, Any]] = {}  # what the database holds, as far as it was read
        self.elsewhere: list[str] = []  # said through no page
        self.tapped: set[str] = set()  # went again by a tap, after what was said since
        self.furthest = {Sender.VISITOR: 0, Sender.COUNSELLOR: 0}
        self.count = 0
        tabs.tell({"do": "clear"})
        self.open("visitor")
        self.open("counsellor")

    def close(self) -> None:
        self.tabs.tell({"do": "clear"})
        self.site.stop()
        actions.end(conversation=self.conversation)

    @property
    def conversation(self) -> Conversation:
        found = queries.by_id(self.number)
        assert found is not None
        return found

    def _tab_at(self, tab: str) -> tuple[str, str, str]:
        kind = TABS[tab]
        return kind.socket, kind.wire, self.cookie if kind is COUNSELLOR else ""

    # What people do

    def open(self, tab: str, *, like: str = "", show: bool = True) -> None:
        """Open a page, or reload it. ``like``: the tab whose storage it begins with."""
        kind = TABS[tab]
        page = self.pages.setdefault(tab, Page(kind))
        if like and like != tab:
            # The copy of what was not sent yet is the same messages.
            held = {item["text"] for item in self.pages[like].shown["outbox"]}
            page.typed += [text for text in self.pages[like].typed if text in held]
        page.shown = Page(kind).shown
        self.count += 1
        dataset = {
            "socket": kind.socket,
            "wire": kind.wire,
            "token": self.token,
            "key": str(self.number),
            "forget": "/forget/",
        }
        self.network.tell(
            {
                "do": "open",
                "tab": tab,
                "module": kind.module,
                "root": kind.root,
                "dataset": dataset,
                "words": {
                    "version": protocol.VERSION,
                    "beat": protocol.BEAT_SECONDS,
                    "problems": {},
                },
                "seed": self.count,
                "like": like,
            }
        )
        if show:
            self.show(tab)

    def show(self, tab: str) -> None:
        """A counsellor opens the conversation, if it is not open there."""
        if TABS[tab] is COUNSELLOR:
            self.press(tab, "Lists", "show", str(self.number))

    def press(self, tab: str, drawn: str, what: str, *given: Any) -> None:
        self.network.tell({"do": "press", "tab": tab, "drawn": drawn, "what": what, "given": given})

    def write(self, tab: str, text: str) -> None:
        """Somebody types something and sends it."""
        self.count += 1
        text = f"{self.count} {text}"
        kind = self.pages[tab].kind
        told = self.network.tell(
            {"do": "type", "tab": tab, "box": kind.box, "form": kind.form, "text": text}
        )
        if any(event["type"] == "typed" for event in told.events):
            self.pages[tab].typed.append(text)

    def happen(self, tab: str, event: str, **what: Any) -> None:
        self.network.tell({"do": "happen", "tab": tab, "event": event, **what})

    def retry(self, tab: str) -> None:
        """Tap every message that failed."""
        for item in self.pages[tab].shown["outbox"]:
            if item["state"] == "failed":
                self.press(tab, "Transcript", "onRetry", item["id"])

    def pass_time(self, ms: int) -> None:
        self.network.tell({"do": "pass", "ms": ms})
        self.site.pass_time(ms / 1000)
        self.network.settle()

    def say_elsewhere(self, sender: Sender, text: str) -> None:
        """Another process says something, through a form."""
        self.count += 1
        text = f"{self.count} {text}"
        by = self.by if sender == Sender.COUNSELLOR else None
        actions.say(conversation=self.conversation, text=text, client_id=uuid.uuid4(), by=by)
        self.elsewhere.append(text)

    # What must hold at every moment

    def _look(self, told: Told) -> None:
        for tab, shown in told.shown.items():
            page = self.pages[tab]
            page.shown = shown
            self.tapped |= {item["text"] for item in shown["outbox"] if item["state"] == "failed"}
            for message in shown["messages"]:
                assert self._row(message["seq"]) == message, f"{tab} shows what is not kept"
            sender = page.kind.sender
            self.furthest[sender] = max(self.furthest[sender], shown["seq"])
            other = Sender.COUNSELLOR if sender == Sender.VISITOR else Sender.VISITOR
            assert shown["read"] <= self.furthest[other], f"{tab}: read before it was shown"

    def _row(self, seq: int) -> dict[str, Any] | None:
        """The message at a place in the database, as the wire writes it."""
        if seq not in self.rows:
            after = max(self.rows, default=0)
            more = True
            while more:
                found, more = queries.messages_after(self.number, after)
                for row in found:
                    self.rows[row.seq] = orjson.loads(protocol.dump(protocol.message(row)))
                    after = row.seq
        return self.rows.get(seq)

    # At the end

    def come_to_rest(self) -> None:
        """The network heals and everybody looks: after a while nothing is under way any more."""
        network = self.network
        network.blocked = False
        network.flow()
        conversation = self.conversation
        if conversation.status == Status.PAUSED:
            actions.resume(conversation=conversation)
        if self.conversation.owner_id is None:
            actions.claim(conversation=self.conversation, by=self.by)
        for tab in self.pages:
            self.happen(tab, "visibilitychange", visible=True)
        for _ in range(0, QUIET_SECONDS * 1000, STEP_MS):
            network.flow()
            if self._complete():
                return
            for tab in self.pages:
                self.show(tab)
                self.retry(tab)
            self.pass_time(STEP_MS)

    def _complete(self) -> bool:
        last = self.conversation.last_seq
        return all(
            len(page.shown["messages"]) == last and not page.shown["outbox"]
            for page in self.pages.values()
        )

    def check(self) -> None:
        """Every page shows what the database holds, and that is what was typed."""
        self._row(self.conversation.last_seq)
        kept = [self.rows[seq] for seq in sorted(self.rows)]
        assert [message["seq"] for message in kept] == list(range(1, len(kept) + 1))
        said = [message["text"] for message in kept if message["from"] != Sender.SYSTEM]
        for tab, page in self.pages.items():
            assert page.shown["outbox"] == [], f"{tab} has something left to send"
            assert page.shown["messages"] == kept, f"{tab} shows something else"
            mine = [text for text in page.typed if text not in self.tapped]
            assert [text for text in said if text in mine] == mine, f"{tab}: another order"
        typed = {text for page in self.pages.values() for text in page.typed}
        assert sorted(said) == sorted({*typed, *self.elsewhere}), "lost, or twice"
        senders = {message["text"]: message["from"] for message in kept}
        for page in self.pages.values():
            assert {senders[text] for text in page.typed} <= {page.kind.sender}
