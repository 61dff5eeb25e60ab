"""What the journeys to the ends of a request share: to report, to be asked, to answer, to look at the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import wait_for
from tests.processes import Site

PLATFORM = "Demo platform"
SUBMIT = """
from dataclasses import replace
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.models import GroundRoute, Location
from intake.report.actions import LinkFacts, ReportFacts, StatementFacts, submit_report
facts = StatementFacts(
    age_in_picture={age!r}, agreed="no", recognisable="yes", reported_by="self",
    declaration_version="2026-11", mandate_version="2026-11",
)
links = [LinkFacts(url, facts) for url in {urls!r}]
sent = submit_report(service=default_service(), links=links, about=ReportFacts())
print("code", sent.code)
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
places = Location.objects.filter(statements__reported_link__report=sent.report).select_related("service")
for place in places.order_by("statements__reported_link__pk"):
    if place.is_possibly_minor:
        print("place", place.pk, "-")
        continue
    request = actions.propose(place, recipient_for_host("example.org"), by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
    print("place", place.pk, notice.reference)
"""


@dataclass(frozen=True)
class Asked:
    """A location of which somebody was asked."""

    place: str
    reference: str


def submit(site: Site, *urls: str, age: str = "adult") -> tuple[str, list[Asked]]:
    """Report pages, and ask the platform about each in a notice of its own. Gives the code too."""
    said = site.manage("shell", "-c", SUBMIT.format(urls=urls, age=age)).splitlines()
    code = next(line.removeprefix("code ") for line in said if line.startswith("code "))
    asked = [Asked(*line.split()[1:]) for line in said if line.startswith("place ")]
    assert len(asked) == len(urls)
    return code, asked


def stands(site: Site, asked: Asked, status: str) -> None:
    """Wait until a notice is so far."""
    query = "SELECT 1 FROM removal_notice WHERE reference = %s AND status = %s"
    wait_for(lambda: site.rows(query, asked.reference, status), what=f"a notice that is {status}")


def text_about(site: Site, reference: str) -> str:
    """The words of the mail with a reference, when it has come."""

    def words() -> str:
        for mail in list(site.mail.received):
            message = message_from_bytes(mail.content, policy=policy.default)
            body = message.get_body(("plain",))
            if body is not None and reference in message["Subject"]:
                return str(body.get_content())
        return ""

    return str(wait_for(words, what="the mail"))


def answer(page: Page, site: Site, asked: Asked, kind: str, **more: str) -> None:
    """A recipient answers by the link in the mail."""
    stands(site, asked, "accepted")
    answer_by_link(page, text_about(site, asked.reference), kind, **more)


def answer_by_link(page: Page, text: str, kind: str, **more: str) -> None:
    """The same, from the text of a notice however it came."""
    link = next(word for word in text.split() if "/answer/" in word)
    page.goto("/answer/" + link.partition("/answer/")[2] + "?lang=en")
    page.check(f"[name=a1-kind][value={kind}]")
    for name, value in more.items():
        field = page.locator(f"[name=a1-{name}]")
        expect(field).to_be_visible()
        if name == "ground":
            field.select_option(value)
        else:
            field.fill(value)
    press(page, "Send your answer")
    expect(page.locator("#thanks")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def request_of(page: Page, recipient: str) -> Locator:
    """What stands on the page of a location about one recipient that is asked."""
    return page.locator(f".desk-request:has-text('{recipient}')")


def status_page(page: Page, code: str) -> None:
    """Open the status page with a code."""
    page.goto("/nl/status/")
    page.locator("input[name=code]").fill(code)
    with page.expect_navigation():
        page.locator("button[value=show]").click()


Desk = Callable[[Asked], Page]
