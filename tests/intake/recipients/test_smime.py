"""Notices signed by S/MIME, verified by OpenSSL."""

import email
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pytest_django import Settings

from intake.recipients.channels.base import Envelope, Result
from intake.recipients.channels.mail import deliver, hand_over, render
from intake.recipients.channels.mail.signing import CannotSignError, signer
from intake.recipients.checks import channel_messages
from tests.standins.smtp import MailServer, mail_server

FROM = "notices@helpline.test"
TEXT = "Geachte lezer,\n\nVerwijder deze pagina: https://example.org/é\n.\n\nFrom hier\n  \nGroet\n"


def made(
    folder: Path, key: Any, *, name: str = FROM, days: int = 30, by: Any = None
) -> tuple[Path, Path]:
    """A certificate and its key as PEM files, vouched for by itself or by another."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (by[0].subject, by[1]) if by else (subject, key)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .sign(
            issuer_key,
            None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256(),
        )
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    if by:
        pem += by[0].public_bytes(serialization.Encoding.PEM)
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(pem)
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture(params=["rsa", "ec"])
def certificate(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Path:
    """Our certificate, below an authority of its own; gives the authority's file."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_path, _key = made(tmp_path, root_key, name="root@ca.test")
    root = x509.load_pem_x509_certificate(root_path.read_bytes())
    key = (
        rsa.generate_private_key(65537, 2048)
        if request.param == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    ours, our_key = made(tmp_path, key, by=(root, root_key))
    settings.HELPLINE_SMIME_CERTIFICATE = str(ours)
    settings.HELPLINE_SMIME_KEY = str(our_key)
    return root_path


@pytest.fixture(autouse=True)
def sender(settings: Settings) -> None:
    settings.HELPLINE_NOTICE_ADDRESS = FROM
    settings.HELPLINE_ORGANISATION = "Hulplijn"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "message_id": "<0b6a7e3c@helpline.test>",
        "to": "abuse@platform.test",
        "reply_to": "answer-7f3k@helpline.test",
        "subject": "Verzoek – 7F3K",
        "text": TEXT,
    }
    return Envelope(**{**values, **changes})


def verified(content: bytes, root: Path) -> EmailMessage | None:
    """The signed part as OpenSSL gives it out, None when the signature does not hold."""
    ran = subprocess.run(  # noqa: S603 -- our own arguments
        ["/usr/bin/openssl", "cms", "-verify", "-CAfile", str(root)],
        input=content,
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        return None
    message = email.message_from_bytes(ran.stdout, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    "more", [{}, {"csv": 'url\r\n"https://example.org/é"\r\n', "xarf": {"a": 1}}]
)
def test_signed_notice_verifies_after_the_mail_server_had_it(
    certificate: Path, server: MailServer, more: dict[str, Any]
) -> None:
    assert deliver(envelope(**more)).result is Result.ACCEPTED
    (mail,) = server.received
    inside = verified(mail.content, certificate)
    assert inside is not None
    body = inside.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == TEXT
    assert len(list(inside.iter_attachments())) == (2 if more else 0)
    outside = email.message_from_bytes(mail.content, policy=default)
    assert outside.get_content_type() == "multipart/signed"
    assert outside["Subject"] == "Verzoek – 7F3K"
    assert outside["Message-ID"] == "<0b6a7e3c@helpline.test>"
    assert outside["Auto-Submitted"] == "auto-generated"
    assert len(outside.get_all("MIME-Version") or []) == 1
    # Who has no S/MIME reads it all the same.
    assert isinstance(outside, EmailMessage)
    plain = outside.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == TEXT


def test_signed_notice_that_was_changed_does_not_verify(certificate: Path) -> None:
    content = render(envelope())
    assert verified(content, certificate) is not None
    changed = content.replace(b"Verwijder", b"Verwijdex")
    assert changed != content
    assert verified(changed, certificate) is None


def test_without_a_certificate_notices_go_unsigned(server: MailServer) -> None:
    assert deliver(envelope()).result is Result.ACCEPTED
    assert b"pkcs7" not in server.received[0].content


@pytest.mark.usefixtures("certificate")
def test_mail_that_tells_nothing_is_never_signed(server: MailServer) -> None:
    hand_over(b"Subject: There is news\r\n\r\nx\r\n", sender="post@x.test", to="a@b.test")
    assert b"pkcs7" not in server.received[0].content


def broken(tmp_path: Path, settings: Settings, how: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, key_file = made(tmp_path, key, days=-1 if how == "over" else 30)
    if how == "another key":
        _other, key_file = made(
            tmp_path, ec.generate_private_key(ec.SECP256R1()), name="other@helpline.test"
        )
    if how == "odd key":
        certificate, key_file = made(tmp_path, ed25519.Ed25519PrivateKey.generate())
    if how == "no certificate":
        certificate = tmp_path / "nothing.pem"
    if how == "odd curve":
        openssl = ["/usr/bin/openssl", "ecparam", "-name", "SM2", "-genkey", "-noout"]
        key_file.write_bytes(subprocess.check_output(openssl))  # noqa: S603 -- our own arguments
    if how == "rubbish":
        key_file.write_text("x")
    settings.HELPLINE_SMIME_CERTIFICATE = "" if how == "only a key" else str(certificate)
    settings.HELPLINE_SMIME_KEY = "" if how == "no key" else str(key_file)


@pytest.mark.parametrize(
    "how",
    [
        *("over", "another key", "odd key", "odd curve", "no certificate", "rubbish", "no key"),
        "only a key",
    ],
)
def test_notice_that_cannot_be_signed_waits(
    tmp_path: Path, settings: Settings, server: MailServer, how: str
) -> None:
    broken(tmp_path, settings, how)
    with pytest.raises(CannotSignError):
        signer()
    outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)
    assert outcome.detail.startswith("certificate")
    assert server.received == []
    assert [message.id for message in channel_messages()] == ["recipients.E001"]


def test_check_names_a_certificate_for_another_address(tmp_path: Path, settings: Settings) -> None:
    certificate, key = made(
        tmp_path, ec.generate_private_key(ec.SECP256R1()), name="else@helpline.test"
    )
    settings.HELPLINE_SMIME_CERTIFICATE, settings.HELPLINE_SMIME_KEY = str(certificate), str(key)
    assert [message.id for message in channel_messages()] == ["recipients.E002"]


@pytest.mark.usefixtures("certificate")
def test_check_has_nothing_to_say_of_what_is_right(settings: Settings) -> None:
    assert list(channel_messages()) == []
    settings.HELPLINE_DRY_RUN = True
    settings.HELPLINE_WEBHOOKS = {"partner": {"url": "http://platform.test"}}
    ids = [message.id for message in channel_messages()]
    assert ids == ["recipients.W001", "recipients.E003"]
    assert not re.search("secret|whsec", str([str(m.msg) for m in channel_messages()]))
