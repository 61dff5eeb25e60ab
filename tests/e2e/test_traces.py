"""The search of tests/e2e/traces.py finds what it looks for, or it would prove nothing."""

import base64

import pytest

from tests.e2e.traces import found, spellings_of_address, spellings_of_text

ADDRESS = "203.0.113.77"


@pytest.mark.parametrize(
    "content",
    [
        b"client=203.0.113.77:443",
        b"\x00\xcb\x00\x71\x4d\x00",
        b"x 3405803853 x",
        b"\\xcb00714d",
        b"k=" + base64.b64encode(b"203.0.113.77"),
        b"k=" + base64.b64encode(b"ip=203.0.113.77;"),
        b"k=" + base64.b64encode(b"a 203.0.113.77;"),
        b"::ffff:203.0.113.77",
        b"3230332e302e3131332e3737",
    ],
)
def test_search_finds_an_address_however_it_is_written(content: bytes) -> None:
    assert list(found({"place": content}, spellings_of_address(ADDRESS)))


def test_search_finds_nothing_where_there_is_nothing() -> None:
    assert list(found({"place": b"203.0.113.7 words"}, spellings_of_address(ADDRESS))) == []


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le"])
def test_search_finds_words(coding: str) -> None:
    words = "Ik ben bang én moe"
    assert list(found({"place": b"..." + words.encode(coding) + b"..."}, spellings_of_text(words)))
