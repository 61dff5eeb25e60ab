"""A site is asked how it is reached: its security.txt is read, over TLS, and nothing else."""

import ssl

import pytest
from pytest_django import Settings

from intake.recipients.states import Reason
from intake.removal.check import asking
from intake.removal.check.asking import ask_how_reached
from tests.intake.removal.check.conftest import FOUND, NAMED, PLACE, PLAIN, TEXT
from tests.standins.web import Page, Web


def why_not(domain: str = "example.org") -> Reason:
    finding = ask_how_reached(domain)
    assert finding.contacts == ()
    return finding.reason


def named(domain: str = "example.org") -> list[str]:
    return [contact.address for contact in ask_how_reached(domain).contacts]


def test_file_is_read_and_nothing_more(secure_web: Web) -> None:
    secure_web.pages[PLACE] = FOUND
    assert named() == [NAMED]
    (asked,) = secure_web.asked
    assert (asked.method, asked.path) == ("GET", "/.well-known/security.txt")
    assert "helpline" not in asked.text.lower()


@pytest.mark.parametrize(
    "headers",
    [
        PLAIN,
        {"content-type": "TEXT/PLAIN"},
        {**PLAIN, "Content-Encoding": "identity"},
    ],
)
def test_file_without_a_length_is_read_to_its_end(secure_web: Web, headers: dict[str, str]) -> None:
    secure_web.pages[PLACE] = Page(headers=headers, body=TEXT)
    assert named() == [NAMED]


def test_file_in_pieces_is_put_together(secure_web: Web) -> None:
    pieces = b"5;x=y\r\n" + TEXT[:5] + b"\r\n" + b"%x\r\n" % (len(TEXT) - 5) + TEXT[5:] + b"\r\n"
    headers = {**PLAIN, "Transfer-Encoding": "chunked"}
    secure_web.pages[PLACE] = Page(headers=headers, body=pieces + b"0\r\n\r\n")
    assert named() == [NAMED]
    for broken in (pieces, b"zz\r\n" + TEXT, b"ffff\r\n" + TEXT, b"-5\r\n", b""):
        secure_web.pages[PLACE] = Page(headers=headers, body=broken)
        assert why_not() == Reason.RUBBISH


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(404), Reason.NONE),
        (Page(403), Reason.REFUSED),
        (Page(429), Reason.REFUSED),
        (Page(500), Reason.REFUSED),
        (Page(204), Reason.REFUSED),
        (Page(), Reason.RUBBISH),
        (Page(headers={"Content-Type": "text/html"}, body=TEXT), Reason.RUBBISH),
        (Page(headers={"Content-Type": "image/jpeg"}, body=b"\xff\xd8"), Reason.RUBBISH),
        (Page(headers={**PLAIN, "Content-Encoding": "gzip"}, body=TEXT), Reason.RUBBISH),
        (Page(headers=PLAIN, body=b"\xff\xd8 a picture"), Reason.RUBBISH),
        (Page(headers=PLAIN, body=TEXT + b"#" * 33000), Reason.RUBBISH),
        (Page(headers=PLAIN, body=TEXT, endless=True), Reason.RUBBISH),
        (Page(302, {"Location": "http://example.org/security.txt"}), Reason.ELSEWHERE),
        (Page(302, {"Location": "https://example.net/security.txt"}), Reason.ELSEWHERE),
        (Page(302, {"Location": "https://10.0.0.1/security.txt"}), Reason.PRIVATE),
        (Page(302, {"Location": "/photos/7"}), Reason.ELSEWHERE),
        (Page(302, {"Location": "/photos/7?/security.txt"}), Reason.ELSEWHERE),
        (Page(headers={**PLAIN, "Content-Length": str(len(TEXT) + 1)}, body=TEXT), Reason.RUBBISH),
        (Page(302, {"Location": "/.well-known/security.txt"}), Reason.TOO_MANY_REDIRECTS),
    ],
)
def test_what_is_no_such_file_is_said_in_plain_words(
    secure_web: Web, page: Page, why: Reason
) -> None:
    secure_web.pages[PLACE] = page
    assert why_not() == why


def test_under_the_same_name_it_may_stand_elsewhere(secure_web: Web) -> None:
    secure_web.pages[PLACE] = Page(301, {"Location": "https://www.example.org/security.txt"})
    secure_web.pages["www.example.org/security.txt"] = FOUND
    assert named() == [NAMED]


def test_of_what_is_not_text_nothing_is_read(
    secure_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head is read letter by letter, and then the connection is cut."""
    sizes: set[int] = set()

    class Watched(ssl.SSLSocket):
        def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
            if not self.server_side:
                sizes.add(buflen)
            return super().recv(buflen, flags)

    monkeypatch.setattr(ssl.SSLContext, "sslsocket_class", Watched)
    secure_web.pages[PLACE] = Page(headers={"Content-Type": "image/png"}, endless=True)
    assert why_not() == Reason.RUBBISH
    assert sizes == {1}


def test_dripping_site_is_cut(secure_web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 1.0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    secure_web.pages[PLACE] = Page(raw=head + TEXT * 50, drip=0.02)
    assert why_not() == Reason.TOO_SLOW


def test_certificate_of_another_is_not_believed(
    secure_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure_web.pages[PLACE] = FOUND
    monkeypatch.delenv("SSL_CERT_FILE")
    assert why_not() == Reason.BAD_CERTIFICATE
    assert secure_web.asked == []


def test_private_place_is_never_reached(secure_web: Web, settings: Settings) -> None:
    settings.HELPLINE_CHECK_STANDIN = ""
    assert why_not() == Reason.PRIVATE
    assert secure_web.connections == 0
