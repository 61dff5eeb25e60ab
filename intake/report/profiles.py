"""Makes the address of a profile from the name of an app and of an account, where that is known.

The forms come from a public source that the data file names. Nothing is asked of the platform, and
a form that no source gives is not guessed.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from intake.removal.canonical import CanonicalURL, NotAnAddress, canonicalise

# What the name of an account may look like where the source does not say: no spaces, as in a name of
# a person, and nothing that means something in an address.
ACCOUNT = r"[\w.-]{1,64}"


@dataclass(frozen=True)
class Platform:
    """A platform whose public profiles have addresses of one form."""

    name: str
    called: frozenset[str]  # all its names, as `_key` writes them
    form: str
    account: re.Pattern[str]
    source: str


@cache
def platforms() -> tuple[Platform, ...]:
    """The platforms of the data file, in its order."""
    text = files("intake.report").joinpath("data/profiles.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return tuple(
        Platform(
            name=raw["name"],
            called=frozenset(_key(name) for name in (raw["name"], *raw.get("called", ()))),
            form=raw["form"],
            account=re.compile(raw.get("account", ACCOUNT)),
            source=raw.get("source", data["source"]),
        )
        for raw in data["platform"]
    )


def platform_called(name: str) -> Platform | None:
    """The platform that somebody means, however they write its name."""
    wanted = _key(name)
    return next((platform for platform in platforms() if wanted in platform.called), None)


def account_in(typed: str) -> str:
    """The name of an account without the sign before it and the spaces around it."""
    return typed.strip().removeprefix("@").strip()


def profile_of(place: str, account: str) -> CanonicalURL | None:
    """The address of an account's public profile; None when no source tells how it is made."""
    platform, name = platform_called(place), account_in(account)
    if platform is None or not platform.account.fullmatch(name) or not name.strip("."):
        return None
    try:
        return canonicalise(platform.form.format(quote(name, safe="")))
    except NotAnAddress:
        return None


def _key(name: str) -> str:
    """A name of a platform as it is compared: "Tik-Tok app" is "tiktok"."""
    words = re.sub(r"[^\w.]", " ", name.casefold()).split()
    joined = "".join(word for word in words if word not in ("app", "de", "the", "op", "on"))
    return joined.removeprefix("www.").removesuffix(".com")
