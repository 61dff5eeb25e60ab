"""One spelling for each address, as the WHATWG standard and the public suffix list say."""

import json
import re
from typing import Any

import pytest

from intake.removal.canonical import (
    MAX_LENGTH,
    NotAnAddress,
    Reason,
    canonicalise,
    has_known_suffix,
    read,
    registrable_domain,
)
from tests.corpora import corpus, count

pytestmark = pytest.mark.embedded


def reason_of(text: str) -> Reason:
    with pytest.raises(NotAnAddress) as caught:
        canonicalise(text)
    return caught.value.reason


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("HTTPS://WWW.Example.ORG", "https://www.example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://someone:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https:example.org\\a", "https://example.org/a"),
        ("https://exam\tple.org/a\nb", "https://example.org/ab"),
        ("https://example.org/é?q=ö", "https://example.org/%C3%A9?q=%C3%B6"),
        ("https://MÜNCHEN.example/x", "https://xn--mnchen-3ya.example/x"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://ｅｘａｍｐｌｅ.org/", "https://example.org/"),
        ("https://exa\u00admple.org/", "https://example.org/"),
        ("https://example。org/", "https://example.org/"),
    ],
)
def test_spellings_of_one_address_become_one(typed: str, url: str) -> None:
    assert canonicalise(typed).url == url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org/#/photo/3", "https://example.org/#/photo/3"),
        ("https://example.org/a#", "https://example.org/a"),
        ("https://example.org/a#:~:text=words", "https://example.org/a"),
        ("https://example.org/a#part:~:text=words", "https://example.org/a#part"),
    ],
)
def test_fragment_stays_unless_it_only_highlights(typed: str, url: str) -> None:
    assert canonicalise(typed).url == url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org/a#1", "https://example.org/a#2"),
        ("https://example.org/%2F", "https://example.org//"),
    ],
)
def test_distinct_resources_never_merge(one: str, other: str) -> None:
    assert canonicalise(one) != canonicalise(other)


def test_canonical_url_is_its_own_canonical_form() -> None:
    first = canonicalise("https://me@MÜNCHEN.example.:443/a/../b?c#d:~:text=e")
    assert canonicalise(first.url).url == first.url
    assert first.had_credentials is True


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "１２７.0.0.1",
        "0.0.0.0",  # noqa: S104 -- a host to refuse, bound to nothing
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[64:ff9b::10.0.0.1]",
        "[2002:a00:1::]",
        "[ff02::1]",
        "localhost",
        "LOCALHOST.",
        "api.localhost",
        "printer.local",
        "metadata.google.internal",
        "router.lan",
        "nas.home.arpa",
    ],
)
def test_address_of_a_private_network_is_refused_whatever_the_spelling(host: str) -> None:
    assert reason_of(f"http://{host}/a.jpg") == Reason.PRIVATE


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700:4700::1111]", "[::ffff:8.8.8.8]"])
def test_public_ip_address_is_accepted_without_a_registrable_domain(host: str) -> None:
    address = canonicalise(f"http://{host}/")
    assert (address.ip is not None, address.registrable_domain) == (True, "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n", Reason.EMPTY),
        ("just words", Reason.UNREADABLE),
        ("http://", Reason.UNREADABLE),
        ("http://exa mple.org/", Reason.UNREADABLE),
        ("http://ex%2fample.org/", Reason.UNREADABLE),
        ("http://[::1", Reason.UNREADABLE),
        ("http://\ud800.org/", Reason.UNREADABLE),
        ("mailto:someone@example.org", Reason.NOT_WEB),
        ("ftp://example.org/a", Reason.NOT_WEB),
        ("javascript:alert(1)", Reason.NOT_WEB),
        ("data:text/html,x", Reason.NOT_WEB),
        ("file:///etc/passwd", Reason.NOT_WEB),
        ("http://intranet-page/", Reason.INCOMPLETE),
        ("http://example..org/", Reason.INCOMPLETE),
        ("http://./", Reason.INCOMPLETE),
        ("http://" + "a" * 300 + ".org/", Reason.INCOMPLETE),
        ("https://example.org/" + "a" * MAX_LENGTH, Reason.TOO_LONG),
        ("https://example.org/" + "é" * (MAX_LENGTH - 100), Reason.TOO_LONG),
    ],
)
def test_text_that_is_no_web_address_says_why(typed: str, reason: Reason) -> None:
    assert reason_of(typed) == reason


@pytest.mark.parametrize(
    ("typed", "shown", "lookalike"),
    [
        ("https://example.org/", "example.org", False),
        ("https://münchen.de/", "münchen.de (xn--mnchen-3ya.de)", False),
        ("https://пример.рф/", "пример.рф (xn--e1afmkfd.xn--p1ai)", False),
        ("https://аррӏе.com/", "аррӏе.com (xn--80ak6aa92e.com)", True),
        ("https://exаmple.org/", "exаmple.org (xn--exmple-4nf.org)", True),
    ],
)
def test_international_host_shows_both_spellings_and_imitations(
    typed: str, shown: str, lookalike: bool
) -> None:
    address = canonicalise(typed)
    assert (address.shown_host, address.is_lookalike) == (shown, lookalike)


@pytest.mark.corpora
def test_web_platform_tests_give_the_standards_host_and_path() -> None:
    cases: list[Any] = json.loads(corpus("url-wpt/urltestdata.json").read_text())
    compared = refused = 0
    for case in cases:
        if not isinstance(case, dict) or not re.match(r"\s*https?:", case["input"], re.I):
            continue
        try:
            address = read(case["input"])
        except NotAnAddress:
            # With a base the standard may read what alone is no address: "http:foo".
            assert case.get("failure") or case["base"], case["input"]
            refused += 1
            continue
        if case.get("failure"):
            pytest.fail(f"read what the standard refuses: {case['input']!r}")
        if case["base"] and not re.match(r"\s*https?:\s*[\\/]\s*[\\/]", case["input"], re.I):
            continue  # relative to its base: another address than the same text alone
        fragment = case["hash"].split(":~:")[0].removesuffix("#") if case["hash"] else ""
        assert address.host == case["hostname"], case
        assert (address.port, address.path, address.query, address.fragment) == (
            case["port"],
            case["pathname"],
            case["search"],
            fragment,
        ), case
        compared += 1
    assert compared > 100
    assert refused > 100
    count("url_wpt_same", compared)
    count("url_wpt_refused_as_the_standard_does", refused)
    count("url_mismatches", 0)


@pytest.mark.corpora
def test_registrable_domain_is_what_the_public_suffix_list_says() -> None:
    lines = corpus("psl/test_psl.txt").read_text().splitlines()
    pairs = [
        match.groups()
        for line in lines
        if (match := re.match(r"checkPublicSuffix\('(.+)', (?:'(.+)'|null)\);", line))
    ]
    checked = 0
    for name, expected in pairs:
        if name.startswith("."):
            continue  # no host starts with a dot: the parser refuses it before
        host = read(f"http://{name}/").host
        wanted = read(f"http://{expected}/").host if expected else ""
        assert registrable_domain(host) == wanted, name
        checked += 1
    assert checked > 50
    count("psl_same", checked)


def test_known_suffix_tells_a_host_from_a_file_name() -> None:
    assert [has_known_suffix(h) for h in ("a.nl", "a.co.uk", "x.onion", "a.pdf", "3.14")] == [
        True,
        True,
        True,
        False,
        False,
    ]
