"""Every page of the desk, with all on it that can be."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpline.privacy.vault import keys
from intake.removal.queries.search import By
from intake.removal.states import Work
from tests.intake.full_desk import HOST, URL, FullDesk
from tests.signed_in import sign_in

Which = dict[str, Any]
# Fewer than twenty.
MOST_QUERIES = 19
NO_QUESTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


@dataclass(frozen=True)
class DeskPage:
    """One page, as somebody comes to it: by an address, or by a form."""

    name: str
    route: str
    client: Client
    which: Which = field(default_factory=dict)
    query: str = ""
    form: dict[str, Any] | None = None

    def look(self) -> Any:
        address = reverse(self.route, kwargs=self.which) + self.query
        if self.form is None:
            return self.client.get(address)
        return self.client.post(address, self.form)

    def queries(self) -> list[str]:
        """What the page asks of both stores, with no key in memory. Where a transaction begins and
        ends is no question."""
        keys.forget()
        with ExitStack() as stack:
            taken = [
                stack.enter_context(CaptureQueriesContext(connections[store]))
                for store in ("default", settings.KEY_STORE_ALIAS)
            ]
            assert self.look().status_code == 200, self.name
        said = [query["sql"] for store in taken for query in store.captured_queries]
        return [sql for sql in said if not sql.startswith(NO_QUESTION)]


def pages(desk: FullDesk) -> Iterator[DeskPage]:
    """Every page, looked at by who works there and by who supervises."""
    kim, boss = sign_in(desk.caseworker), sign_in(desk.supervisor)
    yield from _queue(desk, kim)
    yield DeskPage("queue of a supervisor", "removal:queue", boss)
    yield from _locations(desk, kim)
    yield from _notices(desk, kim, boss)
    yield from _mail(desk, kim)
    yield from _reports(desk, kim)
    yield from _supervisors(desk, boss)


def _queue(desk: FullDesk, kim: Client) -> Iterator[DeskPage]:
    recipient, like = f"recipient={desk.platform.pk}", f"like={desk.place.pk}"
    filters = {
        "": "",
        **{f" {work.value}": f"work={work.value}" for work in Work},
        " overdue": "work=overdue",
        " of a recipient": recipient,
        " of mine": "who=me",  # as the view that is kept
        " of nobody": "who=nobody",
        " of a colleague": f"who={desk.supervisor.pk}",
        " urgent": "urgent=on",
        " of a site": like,
        " by all of it": f"work=decide&{recipient}&who=me&urgent=on&{like}",
        " page 2": "page=2",
    }
    for name, query in filters.items():
        yield DeskPage(f"queue{name}", "removal:queue", kim, query=f"?{query}")
    chosen = [str(place.pk) for place in (desk.place, desk.minor, *desk.others)]
    several = {"location": chosen, "do": "ask"}
    yield DeskPage("together", "removal:several", kim, form=several)
    yield DeskPage("ready", "removal:ready", kim)
    yield DeskPage("search", "removal:search", kim)
    for by in By:
        asked = {"text": URL if by == By.URL else HOST, "by": by.value}
        yield DeskPage(f"search {by.value}", "removal:search", kim, form=asked)


def _locations(desk: FullDesk, kim: Client) -> Iterator[DeskPage]:
    place: Which = {"location_id": desk.place.pk}
    yield DeskPage("location", "removal:location", kim, place)
    yield DeskPage("location with an empty note", "removal:write-note", kim, place, form={})
    yield DeskPage("address", "removal:show-address", kim, place, form={})
    yield DeskPage("address to copy", "removal:copy-address", kim, place, form={"why": "police"})
    minor, other = {"location_id": desk.minor.pk}, {"location_id": desk.others[0].pk}
    yield DeskPage("location of a minor", "removal:location", kim, minor)
    yield DeskPage("location, another", "removal:location", kim, other)
    yield DeskPage("address, another", "removal:show-address", kim, other, form={})


def _notices(desk: FullDesk, kim: Client, boss: Client) -> Iterator[DeskPage]:
    for kind, notice in desk.notices.items():
        yield DeskPage(f"notice, {kind}", "removal:notice", kim, {"notice_id": notice.pk})
    looked_at: Which = {"notice_id": desk.notices["looked at"].pk}
    yield DeskPage("notice for other eyes", "removal:notice", boss, looked_at)
    yield DeskPage("looks", "removal:looks", boss)
    by_hand: Which = {"notice_id": desk.notices["by hand"].pk}
    yield DeskPage("notice by hand, not said", "removal:hand-in", kim, by_hand, form={})


def _mail(desk: FullDesk, kim: Client) -> Iterator[DeskPage]:
    yield DeskPage("mail", "removal:mail", kim)
    yield DeskPage("mail about a notice", "removal:read-mail", kim, {"mail_id": desk.mail.pk})
    yield DeskPage("mail about none", "removal:stray-mail", kim, {"stray_id": desk.stray.pk})


def _reports(desk: FullDesk, kim: Client) -> Iterator[DeskPage]:
    report: Which = {"report_id": desk.report.pk}
    yield DeskPage("talks", "talk:tray", kim)
    yield DeskPage("talk", "talk:talk", kim, report)
    yield DeskPage("leads", "leads:waiting", kim)
    yield DeskPage("lead", "leads:lead", kim, {"lead_id": desk.lead.pk})
    yield DeskPage("dossiers", "dossiers:agreed", kim)
    yield DeskPage("dossier of a report", "dossiers:dossier", kim, report)
    form = {"reader": "lawyer", "language": "nl"}
    yield DeskPage("dossier of a report, made", "dossiers:make", kim, report, form=form)


def _supervisors(desk: FullDesk, boss: Client) -> Iterator[DeskPage]:
    yield DeskPage("rules", "removal:look-rules", boss)
    asked = f"?recipient={desk.platform.pk}"
    yield DeskPage("dossier of a recipient", "removal:dossier", boss, query=asked)
    form = {"recipient": str(desk.platform.pk), "months": "", "language": "nl"}
    yield DeskPage("dossier of a recipient, made", "removal:dossier", boss, form=form)
