"""The directory as shipped: well-known recipients, each with the public source of its route."""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from intake.recipients.states import Channel, Kind


@dataclass(frozen=True)
class Entry:
    """A recipient of the shipped directory."""

    slug: str
    fields: dict[str, Any]
    domains: tuple[str, ...]
    # The slug of the one service it is for; empty for all.
    service: str = ""


def entries() -> list[Entry]:
    """The shipped recipients, as the data file has them."""
    text = files(__name__).joinpath("well_known.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return [entry(raw, data["read"]) for raw in data["recipient"]]


def entry(raw: dict[str, Any], read: date) -> Entry:
    """One recipient of a file; ``read`` is the day for those that name none of their own."""
    return Entry(
        slug=raw["slug"],
        fields={
            "name": raw["name"],
            "kind": Kind(raw["kind"]),
            "channel": Channel(
                raw.get("channel", Channel.MAIL if "address" in raw else Channel.FORM)
            ),
            "address": raw.get("address", ""),
            "form_url": raw.get("form_url", ""),
            "deep_link": raw.get("deep_link", ""),
            "language": raw.get("language", "en"),
            "languages": raw.get("languages", ""),
            "country": raw.get("country", ""),
            "time_zone": raw.get("time_zone", ""),
            "office_days": raw.get("office_days", ""),
            "opens_at": raw.get("opens_at"),
            "closes_at": raw.get("closes_at"),
            "trusted_flagger": raw.get("trusted_flagger", ""),
            "deadline_hours": raw.get("deadline_hours"),
            "needs": raw.get("needs", ""),
            "answers_200_when_gone": raw.get("answers_200_when_gone", False),
            "notes": raw.get("notes", ""),
            "source_url": raw.get("source", ""),
            "source_date": raw.get("source_date"),
            "source_read_on": raw.get("read", read),
            # What we ship says nothing of these: an editor's word about them stays.
            **{name: raw[name] for name in ("xarf", "hostile", "connection") if raw.get(name)},
        },
        domains=tuple(sorted(raw.get("domains", ()))),
        service=raw.get("service", ""),
    )
