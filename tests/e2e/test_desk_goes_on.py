"""The desk when asking once was not enough: the ladder, looking again, a form that is filled in by hand,
and a worker that does not send.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, look, picture
from tests.e2e.people import sign_in
from tests.e2e.test_removal import report
from tests.processes.making import Sites

pytestmark = [pytest.mark.e2e]

REFUSED, WAITING, BY_HAND = (
    f"https://{host}/goes-on" for host in ("example.org", "www.example.org", "example.com")
)
# What happened before: one refused, one that nobody sends, and one for a form of their own.
BEFORE = """
from datetime import timedelta
from django.utils import timezone
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.canonical import read
from intake.removal.models import GroundRoute, Location, Notice
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
for url in {urls!r}:
    [location] = [each for each in Location.objects.all() if each.url == url]
    request = actions.propose(location, recipient_for_host(read(url).host), by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    if url == {by_hand!r}:
        continue
    actions.send_notice(notice, by=by)
    if url == {waiting!r}:
        Notice.objects.filter(pk=notice.pk).update(
            next_action_at=timezone.now() - timedelta(hours=1)
        )
        continue
    actions.send_due_notices()
    notice.refresh_from_db()
    actions.record_answers(notice, [actions.Claim(1, actions.AnswerKind.REFUSED, words="No.")])
"""
LOOK = "from intake.removal.check.actions.looking import look_at_due; look_at_due()"


def test_desk_when_asking_once_was_not_enough(sites: Sites, new_page: NewPage) -> None:
    with sites.open(workers=0) as site:
        urls = [REFUSED, BY_HAND, WAITING]
        report(site, *urls)
        site.manage("shell", "-c", BEFORE.format(urls=urls, waiting=WAITING, by_hand=BY_HAND))
        page = new_page(base_url=site.url, wide=True)
        sign_in(page, site, "demo-caseworker")
        page.goto("/console/desk/")
        expect(page.locator(".desk-caution")).to_contain_text("de worker verstuurt niet")
        look(page, "desk-lag")

        page.goto("/console/desk/?work=decide")
        with page.expect_navigation():
            page.locator(".desk-row__link").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Laat zien").click()
        page.locator("[name=public]").check()
        with page.expect_navigation():
            page.locator("[aria-labelledby=watch] button").click()
        where = page.url
        site.manage("shell", "-c", LOOK)
        page.goto(where)
        expect(page.locator("[aria-labelledby=watch] li")).to_have_count(1)
        look(page, "desk-ladder")
        picture(page.locator("[aria-labelledby=watch]"), "guide-desk-check")

        [[draft]] = site.rows("SELECT id FROM removal_notice WHERE status = 'draft'")
        page.goto(f"/console/desk/notices/{draft}/")
        with page.expect_navigation():
            page.locator(".desk-send button").first.click()
        expect(page.locator("#copy-urls")).to_have_value(BY_HAND)
        look(page, "desk-by-hand")
        picture(page.locator("[aria-labelledby=by-hand]"), "guide-desk-by-hand")
        page.locator("[name=what][value=taken]").check()
        page.locator("[name=number]").fill("AB-12")
        with page.expect_navigation():
            page.locator("[aria-labelledby=by-hand] form button").click()
        expect(page.locator("main, aside").get_by_text("AB-12")).to_be_visible()
        look(page, "desk-handed-in")
