"""Which register knows what: IANA's lists, fetched once, kept a week, and missed without harm."""

import ipaddress
import json
from collections.abc import Iterator
from typing import Any

import pytest
import whoisit
from django.core.cache import cache
from pytest_django import Settings

from intake.recipients.lookups import rdap
from intake.recipients.lookups.findings import Budget, NoAnswerError
from intake.recipients.states import Reason
from tests.corpora import corpus

LISTS: dict[str, Any] = {
    "asn.json": {"services": [[["1-99"], ["https://rdap.example.net/"]]]},
    "dns.json": {
        "services": [
            [["com"], ["https://rdap.com.example/v1/"]],
            [["insecure"], ["http://rdap.example.com/"]],
        ]
    },
    "ipv4.json": {"services": [[["9.0.0.0/8"], ["https://rdap.v4.example/"]]]},
    "ipv6.json": {"services": [[["2620::/23"], ["https://rdap.v6.example/"]]]},
    "object-tags.json": {"services": [[["a"], ["b"], ["https://rdap.example.net/"]]]},
}


class Fetched:
    """Stands in for IANA; notes what was fetched."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.failing = False
        self.answers: dict[str, Any] = dict(LISTS)

    def __call__(self, url: str, *, seconds: float, most_bytes: int = 0) -> Any:
        self.urls.append(url)
        if self.failing:
            raise NoAnswerError(Reason.UNREACHABLE)
        return self.answers[url.rpartition("/")[2]]


@pytest.fixture
def iana(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Fetched]:
    settings.HELPLINE_RDAP_BASE = ""
    cache.delete(rdap.WHICH_REGISTER)
    whoisit.clear_bootstrapping()
    fetched = Fetched()
    monkeypatch.setattr(rdap, "fetch_json", fetched)
    yield fetched
    whoisit.clear_bootstrapping()
    cache.delete(rdap.WHICH_REGISTER)


def url(what: str, value: str) -> str:
    return rdap._url(what, value, Budget(5))


def test_register_is_found_in_the_lists(iana: Fetched) -> None:
    assert url("ip", "9.9.9.9") == "https://rdap.v4.example/ip/9.9.9.9"
    assert url("ip", "2620:fe::fe") == "https://rdap.v6.example/ip/2620:fe::fe"
    assert url("domain", "example.com") == "https://rdap.com.example/v1/domain/example.com"
    assert len(iana.urls) == 5  # once for all three


@pytest.mark.parametrize(
    ("what", "value"), [("domain", "example.nowhere"), ("domain", "example.insecure")]
)
def test_register_that_nobody_knows_is_a_reason(iana: Fetched, what: str, value: str) -> None:
    with pytest.raises(NoAnswerError) as raised:
        url(what, value)
    assert raised.value.reason == Reason.NO_SERVER


def test_lists_are_kept_for_the_next_process(iana: Fetched) -> None:
    url("ip", "9.9.9.9")
    whoisit.clear_bootstrapping()
    url("ip", "9.9.9.9")
    assert len(iana.urls) == 5


def test_lists_out_of_date_are_renewed_or_used_all_the_same(iana: Fetched) -> None:
    url("ip", "9.9.9.9")
    old = json.loads(cache.get(rdap.WHICH_REGISTER))
    old["timestamp"] -= 30 * 24 * 3600
    cache.set(rdap.WHICH_REGISTER, json.dumps(old), timeout=None)
    whoisit.clear_bootstrapping()
    iana.failing = True
    assert url("ip", "9.9.9.9") == "https://rdap.v4.example/ip/9.9.9.9"
    iana.failing = False
    iana.urls.clear()
    url("ip", "9.9.9.9")
    assert len(iana.urls) == 5


@pytest.mark.parametrize("rubbish", [[], {}, "x", None, {"services": 7}, {"services": []}])
def test_lists_that_are_rubbish_are_a_reason(iana: Fetched, rubbish: Any) -> None:
    iana.answers["dns.json"] = rubbish
    with pytest.raises(NoAnswerError) as raised:
        url("ip", "9.9.9.9")
    assert raised.value.reason == Reason.NO_SERVER
    assert cache.get(rdap.WHICH_REGISTER) is None
    iana.answers["dns.json"] = LISTS["dns.json"]
    assert url("domain", "example.com")


def test_no_lists_at_all_is_a_reason(iana: Fetched) -> None:
    iana.failing = True
    finding = rdap.network_of(ipaddress.ip_address("9.9.9.9"), budget=Budget(5))
    assert finding.reason == Reason.UNREACHABLE
    assert finding.contacts == ()


@pytest.mark.corpora
def test_corpus_of_lists_is_understood(iana: Fetched) -> None:
    kept = json.loads((corpus("rdap-whoisit") / "data_bootstrap.json").read_text())
    for name, file in (
        ("object", "object-tags"),
        *((n, n) for n in ("asn", "dns", "ipv4", "ipv6")),
    ):
        iana.answers[f"{file}.json"] = kept[name]
    assert url("domain", "example.com").startswith("https://")
    assert url("ip", "193.0.6.139").startswith("https://")
