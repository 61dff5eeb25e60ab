"""What a security.txt says, also one that was made to hurt."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.recipients.lookups.findings import Finding
from intake.recipients.states import Reason
from intake.removal.check.security_txt import parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACE = "https://example.org/.well-known/security.txt"
EXPIRES = b"Expires: 2027-01-01T00:00:00Z\n"
WHOLE = b"""\
# Our policy
Contact: mailto:security@example.org
CONTACT:mailto:abuse@example.org
Contact: https://example.org/report
Contact: tel:+1-201-555-0123
Expires: 2027-01-01T00:00:00.000Z
Encryption: https://example.org/key.txt
Preferred-Languages: nl, en
Canonical: https://example.org/.well-known/security.txt
"""
SIGNED = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\nContact: mailto:not@it.test\r\n\r\n"
    b"- # dashed\r\n- Contact: mailto:security@example.org\r\nExpires: 2027-01-01T00:00:00z\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\nContact: mailto:late@it.test\r\n-----END PGP SIGNATURE-----\r\n"
)


def finding(raw: bytes, where: str = PLACE) -> Finding:
    return parse(raw, where).as_finding(PLACE, NOW)


def addresses(found: Finding) -> list[str]:
    return [contact.address for contact in found.contacts]


def test_fields_are_read_in_their_order() -> None:
    found = finding(WHOLE)
    assert found.facts == {
        "records": [
            "contact: mailto:security@example.org",
            "contact: mailto:abuse@example.org",
            "contact: https://example.org/report",
            "contact: tel:+1-201-555-0123",
            "expires: 2027-01-01T00:00:00.000Z",
            "encryption: https://example.org/key.txt",
            "preferred-languages: nl, en",
            "canonical: https://example.org/.well-known/security.txt",
        ],
        "where": PLACE,
    }
    assert addresses(found) == ["security@example.org", "abuse@example.org"]


def test_what_a_signature_does_not_cover_is_not_read() -> None:
    assert addresses(finding(SIGNED)) == ["security@example.org"]


@pytest.mark.parametrize(
    "expires",
    [
        b"",
        b"Expires: 2026-11-23T12:00:00Z\n",
        b"Expires: 2027-01-01\n",
        b"Expires: 2027-01-01T00:00:00\n",
        b"Expires: next year\n",
        b"Expires: 2027-13-41T00:00:00Z\n",
        b"Expires: 9999-12-31T23:59:59Z\n",
        b"Expires: 0001-01-01T00:00:00Z\n",
        b"Expires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n",
    ],
)
def test_file_that_is_over_or_does_not_say_until_when_proposes_nobody(expires: bytes) -> None:
    found = finding(b"Contact: mailto:security@example.org\n" + expires)
    assert found.facts["records"][0] == "contact: mailto:security@example.org"
    assert (found.reason, found.contacts) == (Reason.OVER, ())


def test_file_of_another_place_proposes_nobody() -> None:
    raw = WHOLE.replace(b"Canonical: https://example.org/", b"Canonical: https://example.net/")
    assert (finding(raw).reason, addresses(finding(raw))) == (Reason.NOT_ITS_OWN, [])
    assert addresses(finding(raw, "https://example.net/.well-known/security.txt"))
    assert addresses(finding(raw + b"\nCanonical: " + PLACE.encode()))


@pytest.mark.parametrize(
    "contact",
    [
        "mailto:a@b.test?subject=x",
        "mailto:a@b.test,c@d.test",
        "mailto:a@b",
        "mailto:%61@b.test",
        "mailto:é@b.test",
        "a@b.test",
        "https://b.test/",
        "mailto:" + "a" * 65 + "@b.test",
        "javascript:alert(1)",
    ],
)
def test_only_a_plain_mail_address_is_written_to(contact: str) -> None:
    found = finding(f"Contact: {contact}\n".encode() + EXPIRES)
    assert found.facts["records"][0] == f"contact: {contact}"
    assert (found.reason, found.contacts) == (Reason.NO_CONTACT, ())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<!doctype html><p>Contact: us",
        b"\xff\xd8\xff\xe0 a picture",
        b"# Contact: mailto:a@b.test",
        b"Contact:\nExpires: 2027-01-01T00:00:00Z",
        b"Contact: mailto:a@b.test\x1b[31m\n",
        "Contact: mailto:a@b.test\u202e\n".encode(),
        b"Contact: " + b"x" * 301,
    ],
)
def test_what_is_no_such_file_says_nothing(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- of decoding or of ours, both are said so
        parse(raw, PLACE)


def test_a_file_that_names_thousands_is_read_in_part() -> None:
    assert len(finding(b"Contact: mailto:a@b.test\n" * 5000).facts["records"]) == 10


@given(st.lists(st.sampled_from([*WHOLE.splitlines(), *SIGNED.splitlines(), b"\xff", b""])))
def test_whatever_comes_is_read_or_refused(lines: list[bytes]) -> None:
    try:
        found = finding(b"\n".join(lines))
    except ValueError:
        return
    assert set(addresses(found)) <= {
        "security@example.org",
        "abuse@example.org",
        "not@it.test",
        "late@it.test",
    }
