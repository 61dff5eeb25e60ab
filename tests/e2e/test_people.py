"""Colleagues in a real browser: somebody new, a lost phone, and somebody who leaves."""

import re
from base64 import b32decode
from email import message_from_bytes, policy

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, look
from tests.e2e.people import sign_in, wait_for
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

PASSWORD = "elf blauwe fietsen"


@pytest.fixture(autouse=True)
def refusals(trouble: Trouble) -> None:
    """A form that is not right yet, and a link that was used, are answered as such."""
    trouble.expected += ["status of 422", "status of 410"]


def newest_letter(site: Site, to: str) -> str:
    """The text of the newest letter to an address."""
    mail = [mail for mail in site.mail.received if mail.recipients == [to]][-1]
    body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+(/console/join/\S+)", text)
    assert found
    return found[1]


def come_in(page: Page, link: str, name: str = "") -> None:
    """Use a link: a password, a phone, recovery codes, and the console."""
    page.goto(link)
    if name:
        look(page, f"{name}-join")
    page.fill("[name=password]", "kort")
    page.click("main button[type=submit]")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/console/enrol/**")
    key = b32decode(page.inner_text("main code").replace(" ", ""))
    page.fill("[name=code]", f"{TOTP(key).token():06d}")
    page.click("main button[type=submit]")
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    page.click("main a.govuk-button")
    page.wait_for_url("**/console/chat/**")


def test_somebody_new_comes_in_and_is_switched_off(site: Site, new_page: NewPage) -> None:
    boss = new_page(base_url=site.url, wide=True)
    sign_in(boss, site, "demo-administrator")
    boss.goto("/console/people/")
    boss.click("text=Nodig iemand uit")
    boss.click("text=Stuur de link")
    look(boss, "people-invite-error")
    boss.fill("[name=username]", "lotte")
    boss.fill("[name=email]", "lotte@home.test")
    boss.fill("[name=work_name]", "Lot")
    boss.check("[name=roles][value=counsellor]")
    boss.click("text=Stuur de link")
    expect(boss.locator(".govuk-notification-banner")).to_contain_text("lotte@home.test")
    look(boss, "people-invited")
    where = boss.url
    wait_for(lambda: any(m.recipients == ["lotte@home.test"] for m in site.mail.received))

    lotte = new_page(base_url=site.url)
    link = link_in(newest_letter(site, "lotte@home.test"))
    come_in(lotte, link, "people")
    stranger = new_page(base_url=site.url)
    stranger.goto(link)
    look(stranger, "people-link-gone")

    boss.goto(where)
    look(boss, "people-person")
    lotte.wait_for_selector("#desk-sync:has-text('Bij')")
    boss.click("text=Zet dit account uit")
    expect(lotte.locator("body")).to_contain_text("Je bent hier uitgelogd")
    expect(boss.locator("main .govuk-tag")).to_contain_text("Staat uit")
    look(boss, "people-off")


def test_lost_phone_takes_two_people(site: Site, new_page: NewPage) -> None:
    first = new_page(base_url=site.url, wide=True)
    sign_in(first, site, "demo-supervisor")
    first.goto("/console/people/")
    first.click(".desk-row__link:text-is('demo-counsellor')")
    first.click("text=Vraag om de tweede stap")
    expect(first.locator("#reset")).to_be_visible()
    expect(first.locator("text=Ik heb diegene gesproken")).to_have_count(0)
    warning = newest_letter(site, "demo-counsellor@helpline.example")
    assert "/console/join/" not in warning

    second = new_page(base_url=site.url, wide=True)
    sign_in(second, site, "demo-administrator")
    second.goto("/console/people/")
    look(second, "people-list-reset")
    second.click("text=Bekijk demo-counsellor")
    look(second, "people-reset-agree")
    second.click("text=Ik heb diegene gesproken")
    expect(second.locator(".govuk-notification-banner")).to_contain_text("Er is een link onderweg")

    wait_for(lambda: "/console/join/" in newest_letter(site, "demo-counsellor@helpline.example"))
    back = new_page(base_url=site.url)
    come_in(back, link_in(newest_letter(site, "demo-counsellor@helpline.example")))
