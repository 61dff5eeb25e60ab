"""Addresses of profiles: only for platforms of which a public source tells the form."""

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from intake.removal.canonical import canonicalise
from intake.report.profiles import platform_called, platforms, profile_of


@pytest.mark.parametrize(
    ("place", "account", "url"),
    [
        ("Instagram", "lisa.v_03", "https://instagram.com/lisa.v_03"),
        ("insta", "@lisa", "https://instagram.com/lisa"),
        ("Insta-app", " @ lisa ", "https://instagram.com/lisa"),
        ("www.instagram.com", "lisa", "https://instagram.com/lisa"),
        ("Tik Tok", "lisa", "https://www.tiktok.com/@lisa"),
        ("snap", "lisa", "https://www.snapchat.com/add/lisa"),
        ("twitter", "lisa_03", "https://x.com/lisa_03"),
        ("X", "lisa", "https://x.com/lisa"),
        ("telegram", "lisa_nl", "https://t.me/lisa_nl"),
        ("tumblr", "lisa", "https://lisa.tumblr.com/"),
        ("Reddit", "lisa", "https://www.reddit.com/user/lisa"),
    ],
)
def test_profile_of_a_known_platform(place: str, account: str, url: str) -> None:
    address = profile_of(place, account)
    assert address is not None
    assert address.url == url


@pytest.mark.parametrize(
    ("place", "account"),
    [
        ("Signal", "lisa"),  # no source tells of an address there
        ("Discord", "lisa"),
        ("een site", "lisa"),
        ("", ""),
        ("Instagram", "Lisa de Vries"),  # the name of a person
        ("Instagram", "lisa/../../x"),
        ("Instagram", ".."),
        ("Instagram", "lisa?x=1"),
        ("Instagram", "lisa#x"),
        ("tumblr", "evil.example.org/"),
        ("tumblr", "a.b"),
        ("telegram", "+31612345678"),
        ("x", "a" * 16),
        ("Instagram", "a" * 65),
    ],
)
def test_no_address_is_guessed(place: str, account: str) -> None:
    assert profile_of(place, account) is None


def test_every_platform_names_its_source_and_one_form() -> None:
    data = tomllib.loads(files("intake.report").joinpath("data/profiles.toml").read_text("utf-8"))
    assert isinstance(data["read"], date)
    assert data["source_date"] <= data["read"]
    names: set[str] = set()
    for platform in platforms():
        assert platform.source.startswith("https://")
        assert platform.form.startswith("https://")
        assert platform.form.count("{}") == 1
        assert canonicalise(platform.form.format("lisa")).url == platform.form.format("lisa")
        assert not names & platform.called, "two platforms with one name"
        names |= platform.called
        assert platform_called(platform.name.upper()) == platform
