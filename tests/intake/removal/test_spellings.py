"""A thousand spellings of twenty addresses are twenty; addresses that differ stay apart."""

import random
from collections.abc import Callable

import pytest

from intake.removal.canonical import canonicalise
from tests.corpora import count

pytestmark = [pytest.mark.embedded, pytest.mark.corpora]

# In pairs that differ in one place only: what serves two pages must not become one.
ADDRESSES = [
    "https://example.org/a",
    "https://example.org/A",
    "http://example.org/a",
    "https://www.example.org/a",
    "https://example.org/a/",
    "https://example.org/a?b=1",
    "https://example.org/a?b=2",
    "https://example.org/a?B=1",
    "https://example.org/a?b=1&c=2",
    "https://example.org/a?c=2&b=1",
    "https://example.org:8443/a",
    "https://example.org/#/photo/1",
    "https://example.org/#/photo/2",
    "https://example.org/a%2Fb",
    "https://example.org/a/b",
    "https://example.org/%C3%A9",
    "https://example.org/e",
    "https://xn--fto-gna.example.org/a",
    "https://foto.example.org/a",
    "https://example.net/a",
]


def _capitals(url: str) -> str:
    scheme, rest = url.split("://", 1)
    host, slash, path = rest.partition("/")
    return f"{scheme.upper()}://{host.upper()}{slash}{path}"


def _host(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(url: str) -> str:
        scheme, rest = url.split("://", 1)
        host, slash, path = rest.partition("/")
        return f"{scheme}://{change(host)}{slash}{path}"

    return changed


def _own_port(url: str) -> str:
    port = "443" if "https:" in url.lower() else "80"
    return url if ":8443" in url else _host(lambda host: f"{host}:{port}")(url)


def _last_dot(host: str) -> str:
    name, colon, port = host.partition(":")
    return f"{name}.{colon}{port}"


def _letters(host: str) -> str:
    return host.replace("xn--fto-gna", "fóto").replace("XN--FTO-GNA", "FÓTO")


SPELLINGS: list[Callable[[str], str]] = [
    _capitals,
    _own_port,
    _host(_last_dot),
    _host(_letters),
    _host(lambda host: host.replace(".", "。")),
    _host(lambda host: host.replace("example", "ｅｘａｍｐｌｅ")),
    _host(lambda host: host.replace("exam", "exa\u00adm")),
    _host(lambda host: f"someone:secret@{host}"),
    lambda url: url.replace("://", ":\\\\"),
    lambda url: url.replace("://", ":/"),
    lambda url: url.replace("example.org/", "example.org/./", 1),
    lambda url: f"  {url}\n",
    lambda url: f"{url[:12]}\t{url[12:]}",
    lambda url: url if "#" in url else f"{url}#",
    lambda url: url if "#" in url else f"{url}#:~:text=demo",
    lambda url: url.replace("%C3%A9", "é"),
    lambda url: url.replace("example.org/", "example.org/demo/../", 1),
]


def spelled(url: str, chance: random.Random) -> str:
    """The same address in another spelling, after one to four changes."""
    for change in chance.sample(SPELLINGS, chance.randint(1, 4)):
        try:
            if canonicalise(change(url)).url:
                url = change(url)
        except ValueError:
            continue  # two changes that do not go together
    return url


def test_a_thousand_spellings_are_twenty_addresses() -> None:
    chance = random.Random(2026)
    seen: dict[str, set[str]] = {url: set() for url in ADDRESSES}
    for url, spellings in seen.items():
        tries = 0
        while len(spellings) < 50 and (tries := tries + 1) < 5000:
            spellings.add(spelled(url, chance))
    assert [len(each) for each in seen.values()] == [50] * 20
    for url, spellings in seen.items():
        assert {canonicalise(each).url for each in spellings} == {url}
    count("spellings_merged", sum(len(each) for each in seen.values()))


def test_addresses_that_differ_stay_apart() -> None:
    assert len({canonicalise(url).url for url in ADDRESSES}) == len(ADDRESSES)
