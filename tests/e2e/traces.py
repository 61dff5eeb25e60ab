"""Searching everything a site left behind for something that must not be there."""

import base64
import ipaddress
import urllib.parse
from collections.abc import Iterable, Iterator

from tests.processes import Site


def spellings_of_address(address: str) -> dict[str, bytes]:
    """An address in every form in which a program might have kept it."""
    parsed = ipaddress.ip_address(address)
    forms = {
        "text": address.encode(),
        "packed": parsed.packed,
        "integer": str(int(parsed)).encode(),
        "hex": parsed.packed.hex().encode(),
        "hex in capitals": parsed.packed.hex().upper().encode(),
        "exploded": parsed.exploded.encode(),
        "mapped": b"::ffff:" + address.encode(),
    }
    return forms | dict(_coded(address.encode()))


def spellings_of_text(text: str) -> dict[str, bytes]:
    """Words in every form in which a program might have kept them."""
    plain = text.encode()
    return {
        "text": plain,
        "hex": plain.hex().encode(),
        "as JSON": text.encode("ascii", "backslashreplace"),
        "UTF-16": text.encode("utf-16-le"),
        "in an address": urllib.parse.quote(text).encode(),
    } | dict(_coded(plain))


def _coded(plain: bytes) -> Iterator[tuple[str, bytes]]:
    """Base64 at each of the three places where the text may begin, without the uncertain ends."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        yield f"base64 +{shift}", coded[4 if shift else 0 : -4]


def left_behind(site: Site) -> dict[str, bytes]:
    """All that a site wrote: databases, Valkey, logs of every process, and every mail."""
    return {
        "database": site.dump(),
        "key store": site.dump("keys"),
        "Valkey": b"" if site.embedded else site.valkey_dump(),
        "logs": site.log_text().encode(),
        "mail": b"\n".join(mail.content for mail in site.mail.received),
        "folder": b"\n".join(
            file.read_bytes()
            for file in site.folder.rglob("*")
            if file.is_file() and "databases" not in file.parts
        ),
    }


def found(places: dict[str, bytes], forms: dict[str, bytes]) -> Iterable[str]:
    """Where a form was found, in words; nothing when all is well."""
    for place, content in places.items():
        for form, needle in forms.items():
            if needle in content:
                yield f"{form} in {place}"
            # pg_dump and SQLite write bytes as hex.
            if needle.hex().encode() in content:
                yield f"{form} as hex in {place}"
