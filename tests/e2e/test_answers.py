"""What recipients say, in a real browser: on the page of the link, and by mail."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, look
from tests.e2e.people import sign_in, wait_for
from tests.e2e.test_removal import MAKE_READY, report
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

SEND = """
from helpline.staff.models import User
from intake.removal import actions
from intake.removal.models import RemovalRequest
by = User.objects.get(username="demo-caseworker")
requests = list(RemovalRequest.objects.filter(status="ready", is_hand_over=False))
actions.send_notice(actions.draft_notice(requests, by=by), by=by)
"""
TAKE = """
from intake.removal.actions.mail import take_mail
from intake.removal.models import Notice
notice = Notice.objects.order_by("-created_at")[0]
for to, words in ((notice.reply_to, {words!r}), ("x@helpline.example", "Whose is this?")):
    mail = f"From: abuse@platform.test\\r\\nTo: {{to}}\\r\\nSubject: Re\\r\\n\\r\\n{{words}}"
    take_mail(mail.encode())
"""


def test_recipient_answers_for_all_and_a_colleague_reads_a_mail(
    site: Site, new_page: NewPage
) -> None:
    report(site, *(f"https://example.org/answered/{number}" for number in range(3)))
    site.manage("shell", "-c", MAKE_READY)
    before = len(site.mail.received)
    site.manage("shell", "-c", SEND)
    wait_for(lambda: len(site.mail.received) > before)
    text = site.mail.received[-1].content.replace(b"=\r\n", b"").decode()
    link = re.search(r"https?://\S+?(/answer/[\w-]+/)", text)
    assert link

    # Without JavaScript: what goes with one answer shows with it all the same.
    page = new_page(base_url=site.url, language="en-GB", javascript=False)
    page.goto(link[1] + "?lang=en")
    day = page.locator("[name=all-until]")
    expect(day).to_be_hidden()
    page.check("[name=all-kind][value=will_do]")
    expect(day).to_be_visible()
    page.check("[name=all-kind][value=removed]")
    expect(day).to_be_hidden()
    page.click("summary >> nth=1")
    page.check("[name=a2-kind][value=refused]")
    page.select_option("[name=a2-ground]", "lawful")
    with page.expect_navigation():
        page.click("button:has-text('Send your answer')")
    expect(page.locator(".govuk-notification-banner")).to_be_visible()
    rows = site.rows("SELECT status FROM removal_removalrequest ORDER BY id")
    assert [status for [status] in rows] == ["said_removed", "refused", "said_removed"]
    # axe needs JavaScript, so the pictures are of another browser.
    seen = new_page(base_url=site.url, language="en-GB")
    seen.goto(link[1] + "?lang=en")
    seen.check("[name=all-kind][value=will_do]")
    look(seen, "answer-for-all")

    site.manage("shell", "-c", TAKE.format(words="After all we removed the second one too."))
    desk = new_page(base_url=site.url, wide=True)
    sign_in(desk, site, "demo-caseworker")
    with desk.expect_navigation():
        desk.click("text=Mail van ontvangers")
    expect(desk.locator(".desk-row")).to_have_count(2)
    look(desk, "desk-mail-tray")
    with desk.expect_navigation():
        desk.click(".desk-row__link >> nth=0")
    expect(desk.locator(".desk-mail__text")).to_contain_text("the second one too")
    look(desk, "desk-mail")
    desk.click("summary:has-text('2.')")
    desk.check("[name=a2-kind][value=removed]")
    with desk.expect_navigation():
        desk.click("text=Noteer wat ze zeggen")
    expect(desk.locator(".govuk-notification-banner")).to_contain_text("wat ze zeggen")
    with desk.expect_navigation():
        desk.click(".desk-row__link >> nth=0")
    expect(desk.locator("h1")).to_contain_text("bij geen melding")
    look(desk, "desk-mail-stray")
    rows = site.rows("SELECT status FROM removal_removalrequest ORDER BY id")
    assert [status for [status] in rows] == ["said_removed"] * 3
