"""What the forked processes of the notice faults do: make notices, send them, tell how they stand.

Each runs in a process of its own, forked from one in which Django is set up already.
"""

import base64
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- needs the settings
from django.utils import timezone, translation  # noqa: E402 -- as above

from helpline.staff.models import User  # noqa: E402 -- as above
from intake.recipients.models import Recipient  # noqa: E402 -- as above
from intake.removal import actions  # noqa: E402 -- as above
from intake.removal.actions import sending  # noqa: E402 -- as above
from intake.removal.models import (  # noqa: E402 -- as above
    GroundRoute,
    Location,
    Notice,
    NoticeRequest,
    RemovalRequest,
)
from intake.removal.queries.queue import Filters, queue  # noqa: E402 -- as above
from intake.removal.states import NoticeStatus, RequestStatus, Work  # noqa: E402 -- as above
from tests.faults.notices.oracle import DOMAIN  # noqa: E402 -- as above
from tests.faults.notices.points import arm  # noqa: E402 -- as above
from tests.intake.removal import factories  # noqa: E402 -- as above

SITE = "https://example.org/p"
SECRET = "whsec_" + base64.b64encode(b"a secret for tests only " * 2).decode()


def work(start: Connection, point: str, mail: int, web: int, *, is_later: bool) -> None:
    """A worker, until nothing is due. ``is_later``: when every lease is over."""
    start.recv()
    settings.EMAIL_PORT = mail
    connect(web)
    if point:
        arm(point)
    now = timezone.now() + 2 * sending.LEASE if is_later else None
    while actions.send_due_notices(now):
        pass


def connect(web: int = 9) -> None:
    """Who we are, and where the system of a recipient listens."""
    settings.HELPLINE_NOTICE_ADDRESS = f"notices@{DOMAIN}"
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_WEBHOOKS = {
        "faults": {"url": f"http://127.0.0.1:{web}/notices", "secret": SECRET}
    }


def set_up() -> None:
    """A caseworker, a recipient that takes mail, and one whose own system takes notices."""
    factories.person()
    factories.recipient()
    factories.recipient(name="Example videos", channel="webhook", address="", connection="faults")


def make(first: int, count: int) -> None:
    """So many notices to be sent, each about an address of its own, by mail and over HTTP in turn."""
    connect()
    kim, recipients = (
        User.objects.get(username="kim"),
        list(Recipient.objects.filter(active=True).order_by("pk")),
    )
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    for number in range(first, first + count):
        statement = factories.register(f"{SITE}/{number}")
        location = Location.objects.get(pk=statement.location_id)
        request = actions.propose(location, recipients[number % 2], by=kim)
        actions.choose(request, pair, by=kim)
        actions.send_notice(actions.draft_notice([request], by=kim), by=kim)


def tell() -> list[dict[str, Any]]:
    """How every notice stands, and whether the desk shows it as unclear."""
    kim = User.objects.get(username="kim")
    listed: set[Any] = set()
    page = 1
    while True:
        shown = queue(kim, Filters(work=Work.UNCLEAR), page=page)
        listed.update(location.pk for location in shown.locations)
        if not shown.has_next:
            break
        page += 1
    return [
        {
            "message_id": entry.notice.message_id or "",
            "status": entry.notice.status,
            "channel": entry.notice.channel,
            "request": entry.request.status,
            "url": entry.request.location.url,
            "round": entry.round,
            "listed": entry.location_id in listed,
        }
        for entry in NoticeRequest.objects.select_related("notice", "request__location")
    ]


def decide(arrived: list[str]) -> None:
    """Somebody finds out about each unclear notice: the recipient answers, or a person asks them.

    What did not arrive is asked once more, in another round.
    """
    kim = User.objects.get(username="kim")
    for number, notice in enumerate(Notice.objects.filter(status=NoticeStatus.UNCERTAIN)):
        was_sent = notice.message_id in arrived
        if was_sent and number % 2:
            claims = [actions.Claim(1, actions.AnswerKind.REMOVED)]
            actions.record_answers(notice, claims)
        else:
            actions.resolve_uncertain(notice, was_sent=was_sent, by=kim)
    connect()
    for request in RemovalRequest.objects.filter(status=RequestStatus.READY):
        actions.send_notice(actions.draft_notice([request], by=kim), by=kim)


def do(back: Connection, action: Callable[..., Any], *arguments: Any) -> None:
    """Do one of the above, and send back what it gives."""
    with translation.override("en"):
        back.send(action(*arguments))
