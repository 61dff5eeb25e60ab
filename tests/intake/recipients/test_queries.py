"""The directory: who answers for a host."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from intake.recipients.hosts import (
    is_public_suffix,
    normalise_host,
    registrable_domain,
    suffixes,
)
from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.queries import (
    KnownSite,
    answers_200_when_gone,
    hotline,
    in_use,
    known_sites,
    recipient_for_host,
)
from intake.recipients.states import Kind
from tests.corpora import corpus, count

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def recipient(name: str, *domains: str, **values: object) -> Recipient:
    made: Recipient = Recipient.objects.create(
        **{
            "name": name,
            "kind": Kind.PLATFORM,
            "address": "abuse@platform.test",
            "active": True,
            "verified_at": timezone.now(),
            **values,
        }
    )
    for suffix in domains:
        RecipientDomain.objects.create(recipient=made, suffix=suffix)
    return made


def test_recipient_for_host_takes_the_longest_suffix(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    short = recipient("short", "example.org")
    long = recipient("long", "photos.example.org")
    with django_assert_num_queries(1):
        assert recipient_for_host("a.b.photos.example.org") == long
    assert recipient_for_host("example.org") == short
    assert recipient_for_host("WWW.Example.ORG.") == short
    assert recipient_for_host("otherphotos.example.org") == short


@pytest.mark.parametrize(
    "host",
    [
        "notexample.org",
        "example.org.evil.test",
        "org",
        "",
        ".",
        "a..example.org",
        "example.org/x",
        "exa mple.org",
        "x" * 300 + ".example.org",
        "192.0.2.1",
        "[2001:db8::1]",
    ],
)
def test_recipient_for_host_keeps_to_label_boundaries(host: str) -> None:
    recipient("platform", "example.org")
    assert recipient_for_host(host) is None


def test_answers_200_when_gone_by_the_longest_domain(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    recipient("seems there", "example.org", answers_200_when_gone=True, active=False)
    recipient("says so", "photos.example.org")
    with django_assert_num_queries(1):
        assert answers_200_when_gone("www.Example.org")
    assert not answers_200_when_gone("a.photos.example.org")
    assert not answers_200_when_gone("example.net")
    assert not answers_200_when_gone("not a host")


def test_recipient_for_host_leaves_out_what_is_off() -> None:
    recipient("off", "photos.example.org", active=False)
    on = recipient("on", "example.org")
    assert recipient_for_host("photos.example.org") == on


def test_recipient_for_host_understands_names_in_other_scripts() -> None:
    found = recipient("münchen", "xn--mnchen-3ya.example", "xn--strae-oqa.example")
    assert recipient_for_host("www.münchen.example") == found
    assert recipient_for_host("STRAßE.example") == found
    assert recipient_for_host("strasse.example") is None


def test_hotline_of_the_service_goes_before_one_for_all(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    service = Service.objects.create(slug="one", name="One")
    other = Service.objects.create(slug="two", name="Two")
    assert hotline(service) is None
    recipient("other's", kind=Kind.HOTLINE, service=other)
    recipient("off", kind=Kind.HOTLINE, active=False)
    assert hotline(service) is None
    everyone = recipient("everyone's", kind=Kind.HOTLINE)
    with django_assert_num_queries(1):
        assert hotline(service) == everyone
    own = recipient("own", kind=Kind.HOTLINE, service=service)
    assert hotline(service) == own


def test_in_use_leaves_out_hostile_and_unconfirmed() -> None:
    good = recipient("good")
    recipient("hostile", hostile=True)
    recipient("off", active=False)
    assert list(in_use()) == [good]


@pytest.mark.parametrize("suffix", ["com", "co.uk", "example.org/x", "", "..", "a b.org"])
def test_domain_refuses_what_is_nobodys(suffix: str) -> None:
    with pytest.raises(ValidationError):
        RecipientDomain(recipient=recipient("platform"), suffix=suffix).clean()


def test_domain_is_kept_in_lower_case() -> None:
    domain = RecipientDomain(recipient=recipient("platform"), suffix=" Example.ORG. ")
    domain.clean()
    assert domain.suffix == "example.org"


def test_suffixes_stop_at_two_labels() -> None:
    assert suffixes("a.b.example.org") == ["a.b.example.org", "b.example.org", "example.org"]
    assert suffixes("localhost") == ["localhost"]
    assert suffixes("192.0.2.1") == ["192.0.2.1"]


def test_registrable_domain_knows_public_suffixes() -> None:
    assert registrable_domain("www.example.co.uk") == "example.co.uk"
    assert registrable_domain("co.uk") is None
    assert registrable_domain("192.0.2.1") is None
    assert normalise_host("-bad-.org") is None


@pytest.mark.corpora
def test_corpus_of_naughty_strings_is_nobodys_host() -> None:
    recipient("platform", "example.org")
    strings = json.loads((corpus("blns") / "blns.json").read_text())
    for text in strings:
        assert recipient_for_host(text) is None
        assert recipient_for_host(f"{text}.example.org.evil.test") is None
    count("naughty strings as hosts", len(strings))


@pytest.mark.corpora
def test_corpus_of_public_suffixes_is_nobodys_domain() -> None:
    lines = (corpus("psl") / "public_suffix_list.dat").read_text().splitlines()
    ended = lines.index("// ===END ICANN DOMAINS===")
    rules = [line for line in lines[:ended] if line and not line.startswith("//")]
    plain = [rule for rule in rules if not rule.startswith(("*", "!"))]
    # Both lists are dated; a few suffixes come and go between them.
    free = [rule for rule in plain if not is_public_suffix(normalise_host(rule) or rule)]
    count("public suffixes refused as domains", len(plain) - len(free))
    assert len(free) < len(plain) / 100, free


def test_known_sites_names_all_and_gives_forms_of_confirmed_ones_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    form = "https://help.test/form"
    recipient("Short", "example.org", form_url=form)
    recipient("Long", "photos.example.org", form_url=form + "/long")
    recipient("Search", "find.test", kind=Kind.SEARCH_ENGINE, form_url=form)
    recipient("Unconfirmed", "new.test", form_url=form, active=False, verified_at=None)
    recipient("Hostile", "bad.test", form_url=form, hostile=True)
    recipient("Plain", "plain.test", form_url="http://help.test/form")
    recipient("Host", "host.test", kind=Kind.HOST, form_url=form)
    hosts = ["a.example.org", "x.photos.example.org", "WWW.find.test", "new.test", "bad.test"]
    with django_assert_num_queries(1):
        known = known_sites([*hosts, "plain.test", "host.test", "no.test", "", "[::1]", "1.2.3.4"])
    assert known == {
        "a.example.org": KnownSite("Short", form),
        "x.photos.example.org": KnownSite("Long", form + "/long"),
        "WWW.find.test": KnownSite("Search", form),
        "new.test": KnownSite("Unconfirmed", ""),
        "bad.test": KnownSite("Hostile", ""),
        "plain.test": KnownSite("Plain", ""),
    }
