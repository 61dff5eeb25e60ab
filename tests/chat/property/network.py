"""What is between the tabs and the site: sockets and requests, as bad as a test wants them.

What goes over one connection stays in order, as TCP keeps it. A connection may break for one side
only; what is under way on it may still arrive long after another one was opened.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.chat.property.site import PROCESSES, Connection, Site, scope_of
from tests.chat.property.tabs import Event, Tabs, Told

BROKEN = 1006
NORMAL = 1000


@dataclass
class Link:
    """A socket. ``up`` and ``down`` are under way; ``cut``: nothing more sets out on it."""

    number: int
    tab: str
    path: str
    cookie: str
    process: int
    up: deque[Event] = field(default_factory=lambda: deque([{"type": "connect"}]))
    down: deque[Event] = field(default_factory=deque)
    server: Connection | None = None
    cut: bool = False


@dataclass
class Request:
    """A long poll. ``servers``: it may arrive twice."""

    number: int
    path: str
    cookie: str
    process: int
    body: str
    arrived: int = 0
    server: Connection | None = None
    answer: Event | None = None
    over: bool = False  # for the page; the server may not know yet


class Network:
    """``tab_at`` says where the pages of a tab go: a socket's path, a request's path, a cookie."""

    def __init__(
        self, site: Site, tabs: Tabs, tab_at: Callable[[str], tuple[str, str, str]]
    ) -> None:
        self.site = site
        self.tabs = tabs
        self.tab_at = tab_at
        self.links: dict[int, Link] = {}
        self.requests: dict[int, Request] = {}
        self.blocked = False  # sockets do not get through
        self.leaning = 0  # to which process the next connection goes
        self.heard: list[Callable[[Told], None]] = []

    # The tabs' side

    def tell(self, *commands: dict[str, Any]) -> Told:
        """Tell the tabs something, and take what they put on the network."""
        told = self.tabs.tell(*commands)
        for event in told.events:
            self._take(event)
        for each in self.heard:
            each(told)
        return told

    def _take(self, event: Event) -> None:
        number = event.get("socket") or event.get("request") or 0
        match event["type"]:
            case "socket":
                tab = event["tab"]
                socket, _, cookie = self.tab_at(tab)
                self.links[number] = Link(number, tab, socket, cookie, self._next_process())
            case "request":
                _, path, cookie = self.tab_at(event["tab"])
                process = self._next_process()
                self.requests[number] = Request(number, path, cookie, process, event["body"])
            case "aborted":
                if number in self.requests:
                    self.requests[number].over = True
            case "frame" | "closing":
                link = self.links.get(number)
                if link is not None and not link.cut:
                    link.up.append(event)

    def _next_process(self) -> int:
        self.leaning = (self.leaning + 1) % PROCESSES
        return self.leaning

    # Sockets

    def bring_up(self, link: Link, count: int = 1) -> None:
        """The next events of a page arrive at the site."""
        for _ in range(min(count, len(link.up))):
            event = link.up.popleft()
            if event["type"] == "connect":
                self._connect(link)
            elif link.server is not None:
                link.server.inbox.put_nowait(
                    {"type": "websocket.receive", "text": event["text"]}
                    if event["type"] == "frame"
                    else {"type": "websocket.disconnect", "code": NORMAL}
                )
            elif not link.cut:
                link.down.append({"type": "close", "code": BROKEN})

    def _connect(self, link: Link) -> None:
        if self.blocked:
            link.cut = True
            link.down.append({"type": "close", "code": BROKEN})
            return
        scope = scope_of("websocket", link.path, link.cookie)
        link.server = self.site.connect(scope, link.process, {"type": "websocket.connect"})

    def bring_down(self, link: Link, count: int = 1) -> list[dict[str, Any]]:
        """The next events of the site, as commands for the tabs."""
        commands: list[dict[str, Any]] = []
        while link.down and len(commands) < count:
            event = link.down.popleft()
            commands.append(
                {"do": "socket", "socket": link.number, **event, "event": event["type"]}
            )
            if event["type"] == "close":
                link.cut = True
                link.down.clear()
                if link.server is not None:
                    link.server.inbox.put_nowait({"type": "websocket.disconnect", "code": NORMAL})
        return commands

    def break_link(
        self, link: Link, *, up: int, down: int, tell_site: bool, tell_page: bool
    ) -> None:
        """A connection breaks. So many events under way still arrive on each side; who is told
        sees it close after those, who is not goes on as if it stood.
        """
        if link.cut:
            return
        link.cut = True
        link.up = deque(list(link.up)[:up])
        link.down = deque(list(link.down)[:down])
        if tell_site:
            link.up.append({"type": "closing"})
        if tell_page:
            link.down.append({"type": "close", "code": BROKEN})

    # Requests

    def bring_request(self, request: Request) -> None:
        """A request arrives at the site. A second time when something between repeats it."""
        scope = scope_of("http", request.path, request.cookie)
        body = {"type": "http.request", "body": request.body.encode(), "more_body": False}
        # Another process may get the copy.
        process = (request.process + request.arrived) % PROCESSES
        server = self.site.connect(scope, process, body)
        request.arrived += 1
        if request.server is None:
            request.server = server

    def bring_answer(self, request: Request) -> list[dict[str, Any]]:
        assert request.answer is not None
        return [self._end(request, **request.answer)]

    def lose_request(self, request: Request) -> list[dict[str, Any]]:
        """The page sees a request fail, wherever it was. The site may go on with it."""
        return [self._end(request)]

    def leave_request(self, request: Request) -> None:
        """The site sees that a page has left a request."""
        if request.server is not None:
            request.server.inbox.put_nowait({"type": "http.disconnect"})

    def _end(self, request: Request, **answer: Any) -> dict[str, Any]:
        request.over = True
        return {"do": "answer", "request": request.number, **answer}

    # The site's side

    def settle(self) -> None:
        """Let the site do what it can, and take what it put on the network."""
        self.site.settle()
        for link in self.links.values():
            self._collect(link)
        for request in self.requests.values():
            if request.server is not None and request.server.task.done():
                request.answer = request.answer or _answer(request.server)
        self.links = {
            number: link
            for number, link in self.links.items()
            if link.up or link.down or not link.cut or not _gone(link)
        }
        self.requests = {
            number: request
            for number, request in self.requests.items()
            if not request.over or (request.server and not request.server.task.done())
        }

    def _collect(self, link: Link) -> None:
        if link.server is None:
            return
        accepted = link.server.out
        while accepted:
            event = accepted.popleft()
            if link.cut:
                continue
            match event["type"]:
                case "websocket.accept":
                    link.down.append({"type": "open"})
                case "websocket.send":
                    link.down.append({"type": "frame", "text": event["text"]})
                case "websocket.close":
                    link.down.append({"type": "close", "code": event.get("code", BROKEN)})
        if link.server.task.done() and not link.cut:
            link.cut = True
            if not any(event["type"] == "close" for event in link.down):
                link.down.append({"type": "close", "code": NORMAL})

    # What a test may pick from

    @property
    def standing(self) -> list[Link]:
        """Sockets that did not break."""
        return [link for link in self.links.values() if not link.cut]

    @property
    def moving(self) -> list[Link]:
        """Sockets with something under way, broken ones too."""
        return [link for link in self.links.values() if link.up or link.down]

    # All at once

    @property
    def under_way(self) -> bool:
        return (
            any(link.up or link.down for link in self.links.values())
            or any(
                not request.over and (request.answer or not request.arrived)
                for request in self.requests.values()
            )
            or bool(self.site.rung)
        )

    def flow(self, rounds: int = 400) -> None:
        """All that is under way arrives, and what comes of that, until nothing moves."""
        self.settle()
        while self.under_way:
            for link in self.links.values():
                self.bring_up(link, len(link.up))
            while self.site.rung:
                self.site.hear(0)
                self.site.rung.popleft()
            commands = []
            for request in self.requests.values():
                if request.over:
                    self.leave_request(request)
                elif not request.arrived:
                    self.bring_request(request)
                elif request.answer:
                    commands += self.bring_answer(request)
            self.settle()
            for link in self.links.values():
                commands += self.bring_down(link, len(link.down))
            if commands:
                self.tell(*commands)
            self.settle()
            rounds -= 1
            assert rounds, "the network does not come to rest"


def _gone(link: Link) -> bool:
    return link.server is None or link.server.task.done()


def _answer(server: Connection) -> Event:
    """What the site answered, as the tabs' driver takes it."""
    status, parts = 0, []
    for event in server.out:
        if event["type"] == "http.response.start":
            status = event["status"]
        else:
            parts.append(event["body"])
    assert status in (200, 503), f"a poll was answered {status}"
    return {"status": status, "body": b"".join(parts).decode()}
