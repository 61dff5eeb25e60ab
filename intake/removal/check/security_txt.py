"""The file in which a site says how it is reached about holes in its software (RFC 9116).

It is for that and for nothing else, so whom it names is asked last. A signature is not checked: whoever
holds the site could have made it. What it does not cover is not read.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from intake.recipients.lookups.findings import Contact, Finding
from intake.recipients.states import Confidence, EvidenceKind, Kind, Reason, Source

FILE = "/security.txt"
KEPT = ("contact", "expires", "canonical", "encryption", "preferred-languages")
MOST_OF_A_KIND = 10
LONGEST = 300
FIELD = re.compile(r"([A-Za-z-]{1,40}):[ \t]*(\S.*)")
MAIL = re.compile(r"(?i)mailto:([a-z0-9.!#$&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+)")
SIGNED, SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"


@dataclass(frozen=True)
class SecurityTxt:
    """What such a file says, and where it stood in the end."""

    fields: dict[str, list[str]]
    where: str

    def as_finding(self, place: str, now: datetime) -> Finding:
        """What it says at a moment, as evidence, and whom it names as long as it holds.

        The preferred one first. Other ways than mail are kept for a person to read.
        """
        reason = self._reason(place, now)
        contacts: tuple[Contact, ...] = ()
        if reason is Reason.FOUND:
            mails = (MAIL.fullmatch(contact) for contact in self.fields["contact"])
            addresses = dict.fromkeys(mail[1] for mail in mails if mail)
            contacts = tuple(
                Contact(Kind.PLATFORM, Source.SITE, Confidence.LOW, "", address)
                for address in addresses
            )
            reason = Reason.FOUND if contacts else Reason.NO_CONTACT
        lines = [f"{name}: {value}" for name, values in self.fields.items() for value in values]
        facts = {"records": lines, "where": self.where}
        return Finding(EvidenceKind.SITE, place, facts, reason, contacts)

    def _reason(self, place: str, now: datetime) -> Reason:
        canonical = self.fields.get("canonical", [])
        if canonical and not {place, self.where} & set(canonical):
            return Reason.NOT_ITS_OWN
        expires = _moment(self.fields.get("expires", []))
        return Reason.OVER if expires is None or expires <= now else Reason.FOUND


def place_of(domain: str) -> str:
    """Where the file of a domain stands."""
    return f"https://{domain}/.well-known{FILE}"


def parse(raw: bytes, where: str) -> SecurityTxt:
    """Read such a file. Raises ValueError when it is none."""
    lines = [line.strip() for line in raw.decode("utf-8").removeprefix("\ufeff").split("\n")]
    fields: dict[str, list[str]] = {}
    for line in _unsigned(lines) if lines[0] == SIGNED else lines:
        found = FIELD.fullmatch(line)
        if found and found[2].isprintable() and len(found[2]) <= LONGEST:
            name = found[1].lower()
            values = fields.setdefault(name, []) if name in KEPT else []
            if len(values) < MOST_OF_A_KIND:
                values.append(found[2])
    if "contact" not in fields:
        raise ValueError("no Contact")
    return SecurityTxt(fields, where)


def _unsigned(lines: list[str]) -> list[str]:
    """The words between the head of a signature and the signature."""
    words = lines[lines.index("") if "" in lines else len(lines) :]
    if SIGNATURE in words:
        words = words[: words.index(SIGNATURE)]
    return [line.removeprefix("- ") for line in words]


def _moment(said: list[str]) -> datetime | None:
    """When a file is over, if it says so once and readably, as it must."""
    try:
        moment = parse_datetime(said[0].upper()) if len(said) == 1 else None
    except ValueError:
        return None
    # At the ends of time no clock can be set to another zone.
    return moment if moment and moment.tzinfo and 1 < moment.year < 9999 else None
