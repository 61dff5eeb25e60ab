"""Addresses are found in text as people paste it, and nothing else is."""

import json
import re

import pytest

from intake.removal.canonical import NotAnAddress, Reason, canonicalise
from intake.report.links import INVISIBLE, find_links
from tests.corpora import corpus, count

pytestmark = pytest.mark.embedded


def urls(text: str) -> list[str]:
    return [link.address.url for link in find_links(text) if link.address]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # plain
        ("https://example.org/a", ["https://example.org/a"]),
        ("http://example.org", ["http://example.org/"]),
        ("HTTPS://EXAMPLE.ORG/A", ["https://example.org/A"]),
        ("Kijk: https://example.org/a.", ["https://example.org/a"]),
        ("staat het op https://example.org/a?", ["https://example.org/a"]),
        ("https://example.org/a?b=1&c=2!", ["https://example.org/a?b=1&c=2"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("https://example.org/a_(b)", ["https://example.org/a_(b)"]),
        ("(zie https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ('"https://example.org/a"', ["https://example.org/a"]),
        ("‘https://example.org/a’", ["https://example.org/a"]),
        ("'https://example.org/a', zei hij", ["https://example.org/a"]),
        ("„https://example.org/a”", ["https://example.org/a"]),
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("**https://example.org/a**", ["https://example.org/a"]),
        ("_https://example.org/a_", ["https://example.org/a"]),
        ("[hier](https://example.org/a)", ["https://example.org/a"]),
        ("[https://example.org/a](https://example.org/a)", ["https://example.org/a"]),
        ("[url=https://example.org/a]x[/url]", ["https://example.org/a"]),
        ("[url]https://example.org/a[/url]", ["https://example.org/a"]),
        ('<a href="https://example.org/a">x</a>', ["https://example.org/a"]),
        ("link:https://example.org/a", ["https://example.org/a"]),
        ("fotohttps://example.org/a", ["https://example.org/a"]),
        (r'{"u":"https:\/\/example.org\/a"}', ["https://example.org/a"]),
        # several
        (
            "https://example.org/a https://example.org/b",
            ["https://example.org/a", "https://example.org/b"],
        ),
        (
            "https://example.org/a,https://example.org/b",
            ["https://example.org/a", "https://example.org/b"],
        ),
        (
            "https://example.org/ahttps://example.org/b",
            ["https://example.org/a", "https://example.org/b"],
        ),
        (
            "https://example.org/a\nhttps://example.org/b\n",
            ["https://example.org/a", "https://example.org/b"],
        ),
        (
            "www.example.org/a;www.example.org/b",
            ["https://www.example.org/a", "https://www.example.org/b"],
        ),
        ("https://example.org/a en https://EXAMPLE.org:443/a", ["https://example.org/a"]),
        (
            "https://web.archive.org/web/2020/https://example.org/a",
            ["https://web.archive.org/web/2020/https://example.org/a"],
        ),
        (
            "https://example.org/?u=https://example.com/b",
            ["https://example.org/?u=https://example.com/b"],
        ),
        # taken apart
        ("hxxp://example[.]org/a", ["http://example.org/a"]),
        ("hxxps://example.org/a", ["https://example.org/a"]),
        ("hXXps[:]//example[.]org/a", ["https://example.org/a"]),
        ("hxxps[://]example[.]org/a", ["https://example.org/a"]),
        ("h**ps://example.org/a", ["https://example.org/a"]),
        ("example(dot)org/a", ["https://example.org/a"]),
        ("example [dot] org/a", ["https://example.org/a"]),
        ("example {punt} org", ["https://example.org/"]),
        ("hxxps://www[.]example[.]org/a[.]php", ["https://www.example.org/a.php"]),
        ("https://example[.]org/a", ["https://example.org/a"]),
        ("https://example.org/a[.]b", ["https://example.org/a[.]b"]),
        ("https //example.org/a", ["https://example.org/a"]),
        ("https: //example.org/a", ["https://example.org/a"]),
        ("https;//example.org/a", ["https://example.org/a"]),
        ("https:/example.org/a", ["https://example.org/a"]),
        ("htps://example.org/a", ["https://example.org/a"]),
        ("ttps://example.org/a", ["https://example.org/a"]),
        ("https:\\\\example.org\\a", ["https://example.org/a"]),
        ("instagram dot com", ["https://instagram.com/"]),
        ("het is instagram punt com slash lisa123", ["https://instagram.com/lisa123"]),
        # without a scheme
        ("instagram.com/lisa", ["https://instagram.com/lisa"]),
        ("www.example.org", ["https://www.example.org/"]),
        ("//example.org/a", ["https://example.org/a"]),
        ("Instagram.com/p/abc_DEF-1/?igsh=x==", ["https://instagram.com/p/abc_DEF-1/?igsh=x=="]),
        ("youtube.com/@lisa", ["https://youtube.com/@lisa"]),
        ("t.me/kanaal", ["https://t.me/kanaal"]),
        ("op t.me", ["https://t.me/"]),
        ("insta: lisa.nl", ["https://lisa.nl/"]),
        ("het staat op marktplaats.nl, denk ik", ["https://marktplaats.nl/"]),
        ("m.facebook.com/story.php?id=1", ["https://m.facebook.com/story.php?id=1"]),
        ("example.org:8080/a", ["https://example.org:8080/a"]),
        ("example.org?x=1", ["https://example.org/?x=1"]),
        ("my_site.tumblr.com/post/1", ["https://my_site.tumblr.com/post/1"]),
        ("https://example.org.Daarna ging het mis", ["https://example.org/"]),
        ("www.example.org.Daarna ging het mis", ["https://www.example.org/"]),
        ("8.8.8.8/foto", ["https://8.8.8.8/foto"]),
        ("instagram. com/lisa", ["https://instagram.com/lisa"]),
        ("https://instagram. com/lisa. En nu?", ["https://instagram.com/lisa"]),
        ("www. example.org/a", ["https://www.example.org/a"]),
        ("het staat op www. example. org/a", ["https://www.example.org/a"]),
        ("https://example.org/a. com/b", ["https://example.org/a"]),
        # other alphabets
        ("https://münchen.de/é", ["https://xn--mnchen-3ya.de/%C3%A9"]),
        ("münchen.de/foto", ["https://xn--mnchen-3ya.de/foto"]),
        ("пример.рф/а", ["https://xn--e1afmkfd.xn--p1ai/%D0%B0"]),
        ("看 https://例え.jp/あ。", ["https://xn--r8jz45g.jp/%E3%81%82%E3%80%82"]),
        ("https://example。org/a", ["https://example.org/a"]),
        ("https://i❤.ws/a", ["https://xn--i-7iq.ws/a"]),
        (
            "expyuzz4wqqyqhjn.onion/a",
            ["https://expyuzz4wqqyqhjn.onion/a"],
        ),
        (
            "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
            ["http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion/"],
        ),
        # invisible characters
        ("https://exam\u200bple.org/\u2060a\ufeff", ["https://example.org/a"]),
        ("\u202ahttps://example.org/a\u202c", ["https://example.org/a"]),
        ("https://example.org/a\u00a0en", ["https://example.org/a"]),
        # broken over lines
        (
            "<https://example.org/een/lang/pad/\n  dat/doorgaat?x=1>",
            ["https://example.org/een/lang/pad/dat/doorgaat?x=1"],
        ),
        (
            "https://example.org/album/\nfoto-12345?x=1",
            ["https://example.org/album/foto-12345?x=1"],
        ),
        ("https://example.org/watch?v=\nabc123XYZ", ["https://example.org/watch?v=abc123XYZ"]),
        (
            "https://www.example.org/een/heel/lang/pad/dat/de/regel/vult/met-\ntekst-2?x=1 en verder",
            ["https://www.example.org/een/heel/lang/pad/dat/de/regel/vult/met-tekst-2?x=1"],
        ),
        ("https://example.org/a/\nGroetjes", ["https://example.org/a/"]),
        (
            "https://example.org/a/\nexample.org/b",
            ["https://example.org/a/", "https://example.org/b"],
        ),
        (
            "https://example.org/a/\n2. https://example.org/b",
            ["https://example.org/a/", "https://example.org/b"],
        ),
        (
            "1. https://example.org/a\n2. https://example.org/b",
            ["https://example.org/a", "https://example.org/b"],
        ),
        ("https://example.org/a\nen nog een", ["https://example.org/a"]),
        # beside what is not one
        ("mail jan@example.org of zie example.org/jan", ["https://example.org/jan"]),
        ("https://example.org/u/jan@example.com", ["https://example.org/u/jan@example.com"]),
        ("https://user:pw@example.org/a", ["https://example.org/a"]),
    ],
)
def test_links_are_found_as_people_write_them(text: str, expected: list[str]) -> None:
    assert urls(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "geen link",
        "jan@example.org",
        "jan [at] example [dot] org",
        "jan(at)example.org",
        "mailto:jan@example.org",
        "bestand.pdf",
        "foto.jpg en video.mov",
        "IMG_1234.zip",
        "3.14",
        "12.30 uur",
        "1.2.3.4",
        "op 12.03.2026",
        "€ 1.250,00",
        "enz.Daarna",
        "klaar.De foto",
        "klaar.de foto",
        "stop.It hurts",
        "Klaar.Nu slapen",
        "o.a. bijv. d.w.z. i.v.m. a.u.b.",
        "e.g. this",
        "wat...nou",
        "hij zei:ok",
        "ja/nee",
        "@lisa.de.vries",
        "https://",
        "http:// is het begin",
        "node.js",
        "v1.2.3",
        "06-12345678",
        "wachtwoord1.",
        "het punt is dat",
        "Hij deed het. nl dat weet ik",
        "op dit punt weet ik het niet",
        "router.local/a",
        "tel:0612345678",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert find_links(text) == []


@pytest.mark.parametrize(
    ("text", "typed", "problem"),
    [
        ("instagram://user?username=x", "instagram://user?username=x", Reason.NOT_WEB),
        ("ftp://example.org/a", "ftp://example.org/a", Reason.NOT_WEB),
        ("blob:https://example.org/1", "blob:https://example.org/1", Reason.NOT_WEB),
        ("http://localhost/a", "http://localhost/a", Reason.PRIVATE),
        ("http://192.168.1.1/a", "http://192.168.1.1/a", Reason.PRIVATE),
        ("192.168.1.1/a", "192.168.1.1/a", Reason.PRIVATE),
        ("https://servername/a", "https://servername/a", Reason.INCOMPLETE),
        ("https://exa%2fmple.org/a", "https://exa%2fmple.org/a", Reason.UNREADABLE),
    ],
)
def test_unreadable_address_is_kept_with_its_reason(text: str, typed: str, problem: Reason) -> None:
    assert [(link.typed, link.problem) for link in find_links(text)] == [(typed, problem)]


def test_pasted_picture_is_named_as_no_web_address_and_cut_short() -> None:
    (link,) = find_links("data:image/png;base64," + "A" * 5000)
    assert (link.problem, len(link.typed)) == (Reason.NOT_WEB, 200)


@pytest.mark.parametrize("dots", ["…", "..."])
def test_shortened_address_is_marked(dots: str) -> None:
    (link,) = find_links(f"https://example.org/p/CxY{dots} (foto)")
    assert (link.cut_off, link.shown) == (True, "https://example.org/p/CxY")


def test_typed_text_is_kept_as_it_was() -> None:
    (link,) = find_links("zie hxxps://example[.]org/a.")
    assert link.typed == "hxxps://example[.]org/a"


@pytest.mark.parametrize(
    "piece",
    ["a.", "a-", "http", "https://", "[.]", "(", "x@", "a.b/", "é", " dot a", "<https://a.nl\n"],
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    find_links(piece * (60_000 // len(piece)))


@pytest.mark.corpora
def test_web_platform_tests_in_a_sentence_are_read_as_the_standard_reads_them() -> None:
    found = 0
    missed: list[str] = []
    for case in json.loads(corpus("url-wpt/urltestdata.json").read_text()):
        if not isinstance(case, dict) or case.get("failure"):
            continue
        if not re.fullmatch(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]|~*`_\\]", case["input"]):
            continue  # where an address of this kind ends only its writer knows
        # Two are read in another way than the standard does, on purpose: characters that cannot
        # be seen come from the app that copied the text, and control characters end an address.
        if any(char < " " or char == "\x7f" or ord(char) in INVISIBLE for char in case["input"]):
            continue
        try:
            expected = canonicalise(case["input"])
        except NotAnAddress:
            continue
        links = find_links(f"Het staat op {case['input']} en dat wil ik niet.")
        if [link.address for link in links] == [expected]:
            found += 1
        else:
            missed.append(case["input"])
    assert missed == []
    assert found > 20
    count("url_wpt_found_in_prose", found)
