"""Notices by mail, against a real mail server and against crooked ones."""

import email
import json
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from intake.recipients.channels.base import Envelope, Result
from intake.recipients.channels.mail import deliver, render
from tests.standins.smtp import crooked_server, dripping, mail_server, rubbish, silent, talk

TEXT = "Geachte lezer,\n\nVerwijder deze pagina, alstublieft: https://example.org/é\n.\n..\nGroet\n"


def envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "message_id": "<0b6a7e3c@helpline.test>",
        "to": "abuse@platform.test",
        "reply_to": "answer-7f3k@helpline.test",
        "subject": "Verzoek om verwijdering – 7F3K",
        "text": TEXT,
    }
    return Envelope(**{**values, **changes})


@pytest.fixture(autouse=True)
def sender(settings: Settings) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 10
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_ORGANISATION = "Hulplijn, 'de'"


@pytest.fixture
def short_waits(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.5


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_deliver_accepted_arrives_whole(settings: Settings) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        outcome = deliver(envelope())
    assert outcome.result is Result.ACCEPTED
    (mail,) = server.received
    assert mail.sender == "answer-7f3k@helpline.test"  # a bounce finds its notice
    assert mail.recipients == ["abuse@platform.test"]
    message = parsed(mail.content)
    assert message["Message-ID"] == "<0b6a7e3c@helpline.test>"
    assert message["Reply-To"] == "answer-7f3k@helpline.test"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].display_name == "Hulplijn, 'de'"
    assert message["Subject"] == "Verzoek om verwijdering – 7F3K"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == TEXT


def test_deliver_tells_nothing_of_the_machine(settings: Settings) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        deliver(envelope())
    (mail,) = server.received
    assert mail.helo == "helpline.test"
    message = parsed(mail.content)
    assert {name.lower() for name in message} <= {
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    } | {"x-peer", "x-mailfrom", "x-rcptto"}
    assert str(message["Date"]).endswith("+0000")
    for word in (socket.gethostname(), "127.0.0.1"):
        assert word.encode() not in render(envelope())


def test_deliver_attachments_are_csv_and_xarf(settings: Settings) -> None:
    csv = 'address\r\n"https://example.org/é"\r\n'
    xarf = {"category": "content", "url": "https://example.org/é"}
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        deliver(envelope(csv=csv, xarf=xarf))
    message = parsed(server.received[0].content)
    assert message.get_content_type() == "multipart/mixed"
    text, table, report = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert table.get_content_type() == "text/csv"
    assert table.get_content() == csv
    assert report.get_content_type() == "application/json"
    assert report.get_filename() == "xarf.json"
    assert json.loads(report.get_content()) == xarf


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_deliver_550_is_rejected(settings: Settings, where: str) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        setattr(server, where, "550 5.1.1 nobody here by that name")
        outcome = deliver(envelope())
    assert outcome.result is Result.REJECTED
    assert not outcome.retryable
    assert outcome.detail == "550 5.1.1 nobody here by that name"
    assert server.received == []


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_deliver_451_greylist_may_be_tried_again(settings: Settings, where: str) -> None:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        setattr(server, where, "451 4.7.1 come back later")
        outcome = deliver(envelope())
        assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)
        setattr(server, where, "")
        assert deliver(envelope()).result is Result.ACCEPTED
    assert len(server.received) == 1


def test_deliver_refused_connection_is_not_sent(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_PORT = listener.getsockname()[1]
    outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize("script", [silent, dripping, rubbish])
def test_deliver_crooked_greeting_is_not_sent(settings: Settings, script: Any) -> None:
    with crooked_server(script) as port:
        settings.EMAIL_PORT = port
        started = time.monotonic()
        outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)
    assert time.monotonic() - started < 10


def test_deliver_greeting_554_is_about_us_and_may_be_tried_again(
    settings: Settings,
) -> None:
    with crooked_server(lambda caller: caller.sendall(b"554 not from you\r\n")) as port:
        settings.EMAIL_PORT = port
        outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize(
    "ending",
    [
        {"after_data": None},  # hangs
        {"after_data": b""},  # drops the line before its last word
        {"drop_inside_data": True},
        {"after_data": b"nonsense\r\n"},
    ],
    ids=["hangs", "drops", "drops inside", "nonsense"],
)
def test_deliver_silence_after_data_is_uncertain(
    settings: Settings, ending: dict[str, Any]
) -> None:
    with crooked_server(partial(talk, **ending)) as port:
        settings.EMAIL_PORT = port
        started = time.monotonic()
        outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.UNCERTAIN, False)
    assert time.monotonic() - started < 10


def test_deliver_detail_is_short_and_printable(settings: Settings) -> None:
    answer = b"550-" + b"a\x1b[31m\x00" * 200 + b"\r\n550 end\r\n"
    with crooked_server(partial(talk, after_data=answer)) as port:
        settings.EMAIL_PORT = port
        outcome = deliver(envelope())
    assert outcome.result is Result.REJECTED
    assert len(outcome.detail) <= 300
    assert outcome.detail.isprintable()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_deliver_starttls_checks_the_name(
    settings: Settings, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    settings.EMAIL_USE_TLS = True
    with mail_server(tls=context) as server:
        settings.EMAIL_PORT = server.port
        settings.EMAIL_HOST = "localhost"
        assert deliver(envelope()).result is Result.NOT_SENT  # nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert deliver(envelope()).result is Result.ACCEPTED
        settings.EMAIL_HOST = "127.0.0.1"
        assert deliver(envelope()).result is Result.NOT_SENT  # a name it was not made for
    assert len(server.received) == 1


def test_deliver_on_a_demo_site_stays_on_the_machine(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert deliver(envelope()).result is Result.ACCEPTED
        assert deliver(envelope()).result is Result.ACCEPTED
    assert server.received == []
    kept = sorted((tmp_path / "mail").iterdir())
    assert len(kept) == 2
    for path in kept:
        assert path.stat().st_mode & 0o777 == 0o600
        assert parsed(path.read_bytes())["To"] == "abuse@platform.test"
    settings.EMAIL_FILE_PATH = kept[0] / "not a folder"
    assert deliver(envelope()).retryable


def test_deliver_never_falls_back_to_plain_text(settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        outcome = deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)
    assert server.received == []


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a\r\nBcc: victim@example.org"},
        {"subject": "a\nb"},
        {"subject": ""},
        {"to": "a@b.test\r\nBcc: c@d.test"},
        {"to": "a@b.test, c@d.test"},
        {"to": "a,b@c.test"},
        {"to": "<a@b.test>"},
        {"to": "a@b@c.test"},
        {"to": "jürgen@b.test"},
        {"to": ""},
        {"reply_to": "a@b.test\n"},
        {"message_id": "no brackets@b.test"},
        {"message_id": "<a@b.test>\r\nX-Evil: 1"},
        {"message_id": "<a b@c.test>"},
        {"text": "half \ud83d"},
    ],
)
def test_envelope_that_could_break_out_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- several messages, one meaning
        envelope(**change)
