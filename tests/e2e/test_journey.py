"""The main job from one end to the other, with real parts: two visitors, a counsellor, a
supervisor, a caseworker and a recipient, in Dutch, in a real browser.

Afterwards everything the site wrote is searched for the visitor's address, device and words.
"""

import json
import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as mail_policy

import pytest
import redis
from playwright.sync_api import Page, expect

from helpline.privacy.door import rate_key
from tests.browser import USER_AGENT, NewPage, screenshot
from tests.e2e.people import Reporter, sign_in, wait_for
from tests.e2e.traces import found, left_behind, spellings_of_address, spellings_of_text
from tests.processes import Site, Sites
from tests.standins.rdap import Reply, network, register

VISITOR_ADDRESS = "198.51.100.77"
VISITOR_ADDRESS_6 = "2001:db8:77::77"

# What is said must stand nowhere in clear. The addresses are demo names that lead nowhere.
VISITOR_SAYS = "Mijn ex heeft een foto van mij geplaatst en ik durf niet naar school"
COUNSELLOR_SAYS = "Wat naar dat je dit meemaakt, goed dat je er bent"
OTHER_SAYS = "Ik word afgeperst en weet niet meer wat ik moet doen"
LINKS_SAID = "het staat op hxxps://example[.]org/profiel/foto-van-mij en ook op http://fotos.onbekend.test/p/77"
PASTED = (
    "Kijk: https://example.org/album/geheim-album?x=1, en https://www.onbekend.test/pagina/prive-filmpje"
    " (ook EXAMPLE.ORG/album/geheim-album?x=1). Groetjes"
)
MINORS_LINK = "https://example.org/klas/meisje-uit-de-klas"


@pytest.fixture(scope="module")
def outside() -> Iterator[str]:
    """Another site, where leaving leads to."""
    with register({"exit": {"weather": "fine"}, "favicon.ico": b""}) as server:
        yield f"{server.base}/exit"


@pytest.fixture(scope="module")
def site(sites: Sites, outside: str) -> Iterator[Site]:
    """A site with two web servers behind one trusted proxy."""
    environment = {"HELPLINE_TRUSTED_PROXIES": "1", "HELPLINE_EXIT_URL": outside}
    with sites.open(environment=environment) as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        host = {"A": ["203.0.113.9"]}
        site.standins.zone.update({"www.onbekend.test": host, "fotos.onbekend.test": host})
        hoster = network("HOSTER", "abuse@hoster.test", "203.0.113.0", "203.0.113.255")
        site.standins.register.replies["ip/203.0.113.9"] = Reply(hoster)
        yield site


def visitor(new_page: NewPage, site: Site, *, address: str = VISITOR_ADDRESS) -> Page:
    """A visitor on a phone, as the proxy in front of the site passes them on."""
    page = new_page(base_url=site.url)
    page.context.set_extra_http_headers({"X-Forwarded-For": address})
    return page


def mail_to(site: Site, address: str) -> EmailMessage:
    """The one mail that reached an address."""

    def arrived() -> list[bytes]:
        return [mail.content for mail in site.mail.received if address in mail.recipients]

    [content] = wait_for(arrived, what=f"a mail to {address}")
    message = message_from_bytes(content, policy=mail_policy)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_main_job(site: Site, new_page: NewPage) -> None:
    sam, robin, noor = (new_page(wide=True, base_url=site.url) for _ in range(3))
    sign_in(sam, site, "demo-counsellor")
    sign_in(robin, site, "demo-supervisor")
    sign_in(noor, site, "demo-caseworker")
    person = visitor(new_page, site)
    other = visitor(new_page, site, address=VISITOR_ADDRESS_6)

    read_advice(person)
    code_from_chat = talk(site, person, other, sam, robin)
    code = report(person)
    notice = ask_for_removal(site, noor)
    hand_over = report_possible_minor(site, other)
    follow(site, new_page, person, noor, code, notice)
    follow_the_report_of_the_chat(person, code_from_chat)

    for mail in (notice, hand_over):
        assert VISITOR_SAYS not in text_of(mail)
    the_door_saw_the_address(site)
    for page in (sam, robin, noor):
        page.close()
    nothing_is_left_behind(site, code, code_from_chat)


def read_advice(page: Page) -> None:
    """Advice for a situation, and no cookie for who reads."""
    page.goto("/")
    screenshot(page, "journey-01-home")
    page.locator("main a[href*='/nl/']").filter(has_text="verspreid").first.click()
    expect(page.locator("main h1")).to_be_visible()
    expect(page.get_by_text("112").first).to_be_visible()
    screenshot(page, "journey-02-advice")
    assert page.context.cookies() == []


def start_chat(page: Page) -> None:
    page.goto("/nl/chat/")
    for said_before in ("112", "collega mee", "waar je bent"):
        expect(page.locator("main")).to_contain_text(said_before)
    page.locator(".chat-start__button").click()
    expect(page.locator("#chat")).to_be_visible()


def say(page: Page, words: str) -> None:
    page.locator("#chat-text, #room-text").fill(words)
    page.locator("#chat-composer, #room-composer").get_by_role("button").first.click()


def take(page: Page, number: int = 0) -> None:
    """The counsellor reads along with who waits, which takes nothing, and then takes that chat."""
    page.locator("#desk-waiting > li").nth(number).get_by_role("button").last.click()
    page.locator("#act-claim").click()
    expect(page.locator("#act-end")).to_be_visible()


def talk(site: Site, person: Page, other: Page, sam: Page, robin: Page) -> str:
    """Two chats at once, a picture refused, danger raised, links into a report, a quick exit."""
    start_chat(person)
    screenshot(person, "journey-03-chat-waiting")
    say(person, VISITOR_SAYS)
    sam.goto("/console/chat/")
    robin.goto("/console/chat/")
    expect(sam.locator("#desk-waiting li")).to_have_count(1)
    start_chat(other)
    say(other, OTHER_SAYS)
    expect(sam.locator("#desk-waiting li")).to_have_count(2)
    screenshot(sam, "journey-04-console-queue", both=False)
    take(sam)
    expect(sam.locator("#room-messages")).to_contain_text(VISITOR_SAYS)
    expect(person.locator("#chat-with")).to_contain_text("Sam")
    say(sam, COUNSELLOR_SAYS)
    expect(person.locator("#chat-messages")).to_contain_text(COUNSELLOR_SAYS)

    take(sam)
    expect(sam.locator("#room-messages")).to_contain_text(OTHER_SAYS)
    expect(sam.locator("#room-messages")).not_to_contain_text(VISITOR_SAYS)

    paste_a_picture(other)
    expect(other.locator("#chat-picture")).to_be_visible()
    screenshot(other, "journey-05-picture-refused")
    other.locator("#chat-picture").get_by_role("button").click()

    sam.locator("#act-danger").click()
    expect(robin.locator("#desk-alarms")).not_to_be_empty()
    expect(other.locator("#chat-danger")).to_be_visible()
    screenshot(robin, "journey-06-alarm", both=False)
    screenshot(other, "journey-07-danger")

    leave_in_a_hurry(other, sam)
    return report_from_chat(person, sam)


def paste_a_picture(page: Page) -> None:
    page.locator("#chat-text").evaluate(
        """area => {
          const clipboard = new DataTransfer();
          clipboard.items.add(new File([new Uint8Array(8)], "foto.png", { type: "image/png" }));
          area.dispatchEvent(new ClipboardEvent("paste", {
            clipboardData: clipboard, bubbles: true, cancelable: true }));
        }"""
    )


def leave_in_a_hurry(page: Page, sam: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(re.compile("/exit$"))
    expect(sam.locator("#room-warning")).to_be_visible()
    expect(sam.locator("#room-composer")).to_be_hidden()
    screenshot(sam, "journey-08-paused", both=False)
    # Not go_back(): a redirect on the way makes its wait end in an error.
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_timeout(600)
    page.wait_for_url(re.compile("/exit$|about:blank"))


def report_from_chat(person: Page, sam: Page) -> str:
    say(person, LINKS_SAID)
    sam.locator("#desk-mine li button").last.click()  # the other one, in danger, stands first
    expect(sam.locator("#room-messages")).to_contain_text(VISITOR_SAYS)
    expect(sam.locator("#links li")).to_have_count(2)
    assert sam.locator("#room a[href*='example']").count() == 0
    sam.locator("#links-ask").click()
    consent = person.locator(".chat-consent")
    expect(consent).to_be_visible()
    screenshot(person, "journey-09-consent")
    for name, value in {
        "who": "self",
        "age": "adult",
        "recognisable": "yes",
        "agreed": "no",
    }.items():
        consent.locator(f"input[name={name}][value='{value}']").check()
    for name in ("declares", "may_act"):
        consent.locator(f"input[name={name}]").first.check()
    consent.locator("button[value=yes]").click()
    shown = person.locator(".chat-code__code")
    expect(shown).to_be_visible()
    screenshot(person, "journey-10-code-in-chat")
    screenshot(sam, "journey-11-console", both=False)
    code = shown.inner_text().strip()
    assert code not in sam.content()
    sam.locator("#act-end").click()
    sam.locator("#dialog-end button[value=yes]").click()
    expect(person.locator("#chat-over")).to_be_visible()
    return code


def report(page: Page) -> str:
    """Paste a message, answer, send; the same link twice is one."""
    reporter = Reporter(page)
    reporter.begin(PASTED)
    expect(page.locator(".found__link")).to_have_count(2)
    assert page.locator(".found a").count() == 0
    screenshot(page, "journey-12-links-found")
    reporter.answer_as_adult()
    expect(page.locator("dl")).to_be_visible()
    screenshot(page, "journey-13-check-answers")
    code = reporter.send()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}( [0-9A-HJKMNP-TV-Z]{4}){3}", code)
    screenshot(page, "journey-14-return-code")
    return code


def ask_for_removal(site: Site, noor: Page) -> EmailMessage:
    """From the queue to one notice that left by SMTP exactly as it was shown."""
    noor.goto("/console/desk/")
    screenshot(noor, "journey-15-desk")
    open_location(noor, "geheim-album")
    noor.locator(".desk-suggestion button").first.click()
    choose_ground(noor)
    shown = noor.locator(".desk-mail__text").first.inner_text()
    screenshot(noor, "journey-16-notice", both=False)
    noor.locator(".desk-send form").first.get_by_role("button").click()
    message = mail_to(site, "abuse@platform.test")
    assert text_of(message).split() == shown.split()
    assert "geheim-album" in text_of(message)
    assert message["Auto-Submitted"] == "auto-generated"
    [xarf] = [part for part in message.iter_attachments() if part.get_filename() == "xarf.json"]
    assert json.loads(xarf.get_content())["type"] == "exposed_data"

    # Nobody in the directory: name servers and registers say who to ask, a person confirms.
    open_location(noor, "prive-filmpje")
    noor.locator("form[action$='/who/'] button").click()
    noor.locator("form[action$='/proposal/'] button").first.click(timeout=60_000)
    choose_ground(noor)
    noor.locator(".desk-send form").first.get_by_role("button").click()
    assert "prive-filmpje" in text_of(mail_to(site, "abuse@hoster.test"))
    assert len(site.mail.received) == 2
    return message


def open_location(noor: Page, part_of_address: str) -> None:
    """Open locations in the queue until the one with this address."""
    noor.goto("/console/desk/")
    links = noor.locator(".desk-row__link").evaluate_all("all => all.map(a => a.href)")
    for link in links:
        noor.goto(link)
        noor.locator("form[action*='/address/'] button").click()
        if part_of_address in noor.locator(".desk-address").inner_text():
            screenshot(noor, f"journey-location-{part_of_address}", both=False)
            return
    raise AssertionError(f"no location with {part_of_address}")


def choose_ground(noor: Page) -> None:
    noor.locator("form[action*='/choose/'] input[type=radio]:not([disabled])").first.check()
    noor.locator("form[action*='/choose/'] button").click()
    noor.locator("form[action$='/notices/new/'] button").first.click()
    expect(noor.locator(".desk-mail")).to_be_visible()


def report_possible_minor(site: Site, page: Page) -> EmailMessage:
    """Age left open: the hotline alone gets it, by itself."""
    reporter = Reporter(page)
    reporter.begin(MINORS_LINK, situation="spread")
    reporter.go()
    reporter.go()  # past what is known of the link
    reporter.choose("who", "found")
    reporter.go()
    reporter.go()  # the age is skipped
    while page.locator("button[name=go][value=send]:visible").count() == 0:
        declared = page.locator("input[name=declared]")
        if declared.count():
            declared.first.check()
        reporter.go()
    code = reporter.send()
    message = mail_to(site, "hotline@hotline.test")
    assert "meisje-uit-de-klas" in text_of(message)
    assert len(site.mail.received) == 3
    assert "meldpunt" in reporter.look(code).lower()
    screenshot(page, "journey-17-status-minor")
    return message


def follow(
    site: Site, new_page: NewPage, person: Page, noor: Page, code: str, notice: EmailMessage
) -> None:
    """The status page says at each step what is known, and no more."""
    reporter = Reporter(person)
    typed = code.lower().replace(" ", "  ")
    assert "gevraagd" in reporter.look(typed)
    assert "geheim-album" not in person.locator("main").inner_text()
    assert code.replace(" ", "") not in person.url

    [link] = re.findall(r"http\S+/answer/\S+", text_of(notice))
    desk = new_page(wide=True, base_url=site.url, language="en-GB")
    desk.goto(link)
    desk.locator("input[value=removed]").first.check()
    screenshot(desk, "journey-18-answer")
    desk.locator("form button").last.click()
    expect(desk.locator("#thanks")).to_be_visible()
    assert desk.context.cookies() == []

    said = reporter.look(code)
    assert "zegt dat het weg is" in said
    assert "Gecontroleerd" not in said
    screenshot(person, "journey-19-status-claim")

    open_location(noor, "geheim-album")
    noor.locator(".govuk-back-link").click()  # to the location itself
    noor.locator("form[action$='/check/'] button[value=yes]").click()
    assert "Gecontroleerd: het is weg" in reporter.look(code)
    screenshot(person, "journey-20-status-gone")


def follow_the_report_of_the_chat(page: Page, code: str) -> None:
    assert Reporter(page).look(code).count("Link ") >= 2


def the_door_saw_the_address(site: Site) -> None:
    """The search below proves something only if the address came in: by page, and by socket."""
    if not site.embedded:
        with redis.Redis.from_url(site.valkey_url) as valkey:
            number = rate_key(VISITOR_ADDRESS, valkey.get("helpline:rate-key"))
        assert number.encode() in site.valkey_dump()
    handshake = (
        f"GET /ws/chat/ HTTP/1.1\r\nHost: 127.0.0.1:{site.ports[0]}\r\nOrigin: {site.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"X-Forwarded-For: {VISITOR_ADDRESS}\r\nUser-Agent: {USER_AGENT}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.ports[0]), timeout=10) as knock:
        knock.sendall(handshake.encode())
        assert b" 101 " in knock.recv(1024)


def nothing_is_left_behind(site: Site, *codes: str) -> None:
    """Nobody's address, device, words or code in anything the site wrote."""
    for process in site.processes:
        process.stop()
    places = left_behind(site)
    assert b"conversation" in places["database"]
    traces: list[str] = []
    for address in (VISITOR_ADDRESS, VISITOR_ADDRESS_6):
        traces += found(places, spellings_of_address(address))
    traces += found(places, spellings_of_text(USER_AGENT))
    for words in (VISITOR_SAYS, COUNSELLOR_SAYS, OTHER_SAYS, LINKS_SAID):
        traces += found(places, spellings_of_text(words))
    for code in codes:
        traces += found(places, spellings_of_text(code))
        traces += found(places, spellings_of_text(code.replace(" ", "")))
    # Reported addresses stand in the notices that carry them, and in clear nowhere else.
    del places["mail"]
    for address in ("geheim-album", "prive-filmpje", "meisje-uit-de-klas", "foto-van-mij"):
        traces += found(places, spellings_of_text(address))
    assert traces == []
