"""Nobody's address or device comes further than the door."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import override_settings

from helpline.privacy.door import (
    RATE_KEY,
    Door,
    address_of,
    rate_key,
    scheme_of,
    tells_about_client,
)

ADDRESS = "203.0.113.77"
AGENT = b"Marked-Browser/1.0"


def scope(headers: list[tuple[bytes, bytes]] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "scheme": "http",
        "client": (ADDRESS, 50000),
        "headers": headers or [],
        **more,
    }


def through_the_door(**kwargs: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    async_to_sync(Door(inner))(scope(**kwargs), None, None)  # type: ignore[arg-type]  # not called
    return seen


@override_settings(HELPLINE_VALKEY_URL="")
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_door_drops_address_and_device(kind: str) -> None:
    seen = through_the_door(
        type=kind,
        headers=[
            (b"host", b"help.example.org"),
            (b"user-agent", AGENT),
            (b"x-forwarded-for", ADDRESS.encode()),
            (b"X_Forwarded_For", ADDRESS.encode()),
            (b"forwarded", b"for=" + ADDRESS.encode()),
            (b"x-real-ip", ADDRESS.encode()),
            (b"cf-connecting-ip", ADDRESS.encode()),
            (b"true-client-ip", ADDRESS.encode()),
            (b"sec-ch-ua-platform", b"Android"),
            (b"accept-language", b"nl"),
        ],
    )
    assert seen["client"] is None
    assert seen["headers"] == [(b"host", b"help.example.org"), (b"accept-language", b"nl")]
    assert ADDRESS not in repr(seen)
    assert len(seen[RATE_KEY]) == 24


@override_settings(HELPLINE_VALKEY_URL="")
def test_door_gives_the_same_number_all_day_and_another_to_another_address() -> None:
    async def twice() -> list[str]:
        numbers: list[str] = []

        async def inner(scope: Any, receive: Any, send: Any) -> None:
            numbers.append(scope[RATE_KEY])

        door = Door(inner)
        for address in (ADDRESS, ADDRESS, "203.0.113.78"):
            await door(scope(client=(address, 1)), None, None)  # type: ignore[arg-type]  # not called
        return numbers

    first, again, other = async_to_sync(twice)()
    assert first == again
    assert first != other


def test_rate_key_counts_a_household_as_one_and_depends_on_the_key() -> None:
    key = b"k" * 32
    assert rate_key("2001:db8::1", key) == rate_key("2001:db8::ffff", key)
    assert rate_key("2001:db8::1", key) != rate_key("2001:db8:0:1::1", key)
    assert rate_key("::ffff:203.0.113.77", key) == rate_key(ADDRESS, key)
    assert rate_key(ADDRESS, key) != rate_key(ADDRESS, b"l" * 32)
    assert rate_key("rubbish", key) == rate_key("", key)


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, b"198.51.100.1", ADDRESS),
        (1, b"198.51.100.1", "198.51.100.1"),
        (1, b"made-up, 198.51.100.1", "198.51.100.1"),
        (2, b"made-up, 198.51.100.1, 192.0.2.9", "198.51.100.1"),
        (2, b"192.0.2.9", ""),
    ],
)
def test_address_is_read_as_deep_as_there_are_proxies(
    proxies: int, header: bytes, expected: str
) -> None:
    with override_settings(HELPLINE_TRUSTED_PROXIES=proxies):
        assert address_of(scope([(b"x-forwarded-for", header)])) == expected


@pytest.mark.parametrize(
    ("proxies", "kind", "told", "expected"),
    [
        (0, "http", b"https", "http"),
        (1, "http", b"https", "https"),
        (1, "http", b"gopher", "http"),
        (1, "websocket", b"https", "wss"),
        (1, "websocket", b"http", "ws"),
    ],
)
def test_scheme_comes_only_from_a_trusted_proxy(
    proxies: int, kind: str, told: bytes, expected: str
) -> None:
    with override_settings(HELPLINE_TRUSTED_PROXIES=proxies):
        assert scheme_of(scope([(b"x-forwarded-proto", told)], type=kind)) == expected


@pytest.mark.parametrize("name", [b"Host", b"Origin", b"Cookie", b"Sec-Fetch-Site", b"Referer"])
def test_headers_that_forms_and_sockets_need_stay(name: bytes) -> None:
    assert not tells_about_client(name)
