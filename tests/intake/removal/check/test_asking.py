"""One look: what is asked, what it means, and what is never read."""

import socket
import time
from typing import Any

import pytest

from intake.removal.check import asking, outside
from intake.removal.check.asking import Look, look
from intake.removal.check.outside import ask
from intake.removal.check.refusing import unaskable
from intake.removal.check.states import Unaskable, Verdict, Why
from tests.standins.web import Page, Web

pytestmark = [pytest.mark.embedded]

URL = "http://example.org/photos/7"
HERE = "example.org/photos/7"


def methods(web: Web) -> list[str]:
    return [asked.method for asked in web.asked]


def test_page_that_is_there_is_asked_once_and_not_read(web: Web) -> None:
    web.pages[HERE] = Page()
    assert look(URL) == Look(Verdict.ONLINE, Why.ANSWERED, 200)
    assert methods(web) == ["HEAD"]


@pytest.mark.parametrize("status", [404, 410])
def test_miss_is_said_to_head_and_to_get(web: Web, status: int) -> None:
    web.pages[HERE] = Page(status)
    assert look(URL) == Look(Verdict.GONE, Why.NOT_FOUND, status)
    assert methods(web) == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_head_that_says_no_is_not_believed_alone(web: Web, status: int) -> None:
    web.pages[HERE] = Page(200, head=status, endless=True)
    assert look(URL) == Look(Verdict.ONLINE, Why.ANSWERED, 200)
    assert methods(web) == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, Why.SIGN_IN),
        (403, Why.SIGN_IN),
        (429, Why.BUSY),
        (451, Why.BLOCKED),
        (500, Why.TROUBLE),
        (502, Why.TROUBLE),
        (503, Why.BUSY),
        (504, Why.TROUBLE),
        (400, Why.TROUBLE),
        (418, Why.TROUBLE),
        (300, Why.TROUBLE),
    ],
)
def test_everything_else_cannot_tell(web: Web, status: int, why: Why) -> None:
    web.pages[HERE] = Page(status)
    assert look(URL) == Look(Verdict.CANNOT_TELL, why, status)


def test_a_miss_that_turns_into_trouble_cannot_tell(web: Web) -> None:
    web.pages[HERE] = Page(503, head=404)
    assert look(URL).verdict == Verdict.CANNOT_TELL


def test_nothing_that_follows_the_head_is_read(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    class Counting(socket.socket):
        def recv(self, size: int, *flags: Any) -> bytes:
            got = super().recv(size, *flags)
            taken.append(len(got))
            return got

    monkeypatch.setattr("socket.socket", Counting)
    raw = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n"
    web.pages[HERE] = Page(raw=raw + b"the picture" * 1000)
    head = ask("GET", URL, ends=time.monotonic() + 5)
    assert head == outside.Head(200, "", len(raw))
    assert sum(taken[-len(raw) :]) == len(raw)
    assert set(taken[-len(raw) :]) == {1}


def test_who_asks_is_not_said_and_no_cookie_comes_back(web: Web) -> None:
    web.pages[HERE] = Page(404, headers={"Set-Cookie": "seen=1", "Alt-Svc": "h3"})
    look(URL)
    look(URL)
    for asked in web.asked:
        names = [line.split(":")[0] for line in asked.text.strip().split("\r\n")[1:]]
        assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
        assert "helpline" not in asked.text.lower()
        assert "python" not in asked.text.lower()


def test_a_name_is_looked_up_once_a_question(web: Web, names: Any) -> None:
    web.pages[HERE] = Page()
    look(URL)
    addresses = [asked for asked in names.asked if not asked.startswith("CNAME")]
    assert addresses == ["A example.org", "AAAA example.org"]


@pytest.mark.parametrize(
    ("leads_to", "verdict", "why"),
    [
        ("/photos/7/", Verdict.ONLINE, Why.ANSWERED),
        ("http://www.example.org/photos/7", Verdict.ONLINE, Why.ANSWERED),
        ("/", Verdict.CANNOT_TELL, Why.MOVED),
        ("/login?next=/photos/7", Verdict.CANNOT_TELL, Why.MOVED),
        ("/photos/7?gone", Verdict.CANNOT_TELL, Why.MOVED),
        ("/nowhere", Verdict.GONE, Why.NOT_FOUND),
        ("http://example.net/photos/7", Verdict.CANNOT_TELL, Why.ELSEWHERE),
        ("//example.net/", Verdict.CANNOT_TELL, Why.ELSEWHERE),
        ("/photos/7", Verdict.CANNOT_TELL, Why.MOVED),
        ("http://example.org:8080/photos/7", Verdict.CANNOT_TELL, Why.NOT_ALLOWED),
        ("ftp://example.org/photos/7", Verdict.CANNOT_TELL, Why.NOT_ALLOWED),
        ("http://", Verdict.CANNOT_TELL, Why.NOT_ALLOWED),
    ],
)
def test_redirect_is_followed_under_one_name_only(
    web: Web, leads_to: str, verdict: Verdict, why: Why
) -> None:
    web.pages[HERE] = Page(302, {"Location": leads_to})
    for path in ("", "login?next=/photos/7", "photos/7?gone", "photos/7/"):
        web.pages[f"example.org/{path}"] = Page()
    web.pages["www.example.org/photos/7"] = Page()
    seen = look(URL)
    assert (seen.verdict, seen.why) == (verdict, why)
    assert not [asked for asked in web.asked if asked.host == "example.net"]


def test_secure_page_does_not_lead_to_an_open_one() -> None:
    """Not asked in the clear because it says so."""
    answers = iter([outside.Head(302, "http://example.org/photos/7", 40)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "ask", lambda *_args, **_more: next(answers))
        assert look("https://example.org/photos/7").why == Why.ELSEWHERE


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>no head at all</html>\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 700 No\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 40000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Go on\r\n\r\n" * 6,
        b"HTTP/1.1 404 No",
        b"\x00\xff" * 20 + b"\r\n\r\n",
    ],
)
def test_rubbish_cannot_tell(web: Web, raw: bytes) -> None:
    web.pages[HERE] = Page(raw=raw)
    assert look(URL) == Look(Verdict.CANNOT_TELL, Why.RUBBISH)


def test_interim_answers_are_passed_over(web: Web) -> None:
    web.pages[HERE] = Page(raw=b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 410 Gone\r\n\r\n")
    assert look(URL) == Look(Verdict.GONE, Why.NOT_FOUND, 410)


def test_dripping_site_is_cut(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    web.pages[HERE] = Page(raw=b"HTTP/1.1 404 " + b"x" * 400, drip=0.05)
    assert look(URL) == Look(Verdict.CANNOT_TELL, Why.TOO_SLOW)


def test_site_without_a_certificate_cannot_tell(web: Web) -> None:
    seen = look("https://example.org/photos/7")
    assert seen.verdict == Verdict.CANNOT_TELL
    assert web.connections == 1


def test_site_that_is_away_cannot_tell(web: Web, names: Any, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.HELPLINE_CHECK_STANDIN = f"127.0.0.1:{port}"
    assert look(URL) == Look(Verdict.CANNOT_TELL, Why.UNREACHABLE)
    assert look("http://nowhere.test/").why == Why.NO_NAME
    names.silent = True
    assert look(URL).verdict == Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/photos/7", None),
        ("https://example.org/photos/7?id=3&page=2", None),
        ("https://example.org/app#/photo/3", Unaskable.FRAGMENT),
        ("https://example.org:8443/photos/7", Unaskable.PORT),
        ("http://[2606:4700::1111]:81/", Unaskable.PORT),
        ("http://abcdefghijklmnop.onion/", Unaskable.NOT_PUBLIC),
        ("http://127.0.0.1/", Unaskable.NOT_PUBLIC),
        ("http://router.local/", Unaskable.NOT_PUBLIC),
        ("https://example.org/p?Token=abc", Unaskable.ONE_TIME),
        ("https://example.org/p?a=1&X-Amz-Signature=f00", Unaskable.ONE_TIME),
        ("https://example.org/p?sig", Unaskable.ONE_TIME),
        ("https://example.org/Invite/abc", Unaskable.ONE_TIME),
        ("https://t.me/+AbCdEf", Unaskable.ONE_TIME),
        ("https://example.org/reset-password/abc", Unaskable.ONE_TIME),
    ],
)
def test_address_that_is_never_asked(url: str, why: Unaskable | None) -> None:
    assert unaskable(url) == why
