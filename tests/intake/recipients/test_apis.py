"""Notices over HTTP, against stand-ins built from public documentation, and against crooked ones."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from intake.recipients import channels
from intake.recipients.channels import aws, cloudflare, http, webhook
from intake.recipients.channels.aws.signing import Credentials, signed
from intake.recipients.channels.base import Envelope, Lack, Result
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.recipients.xarf import Subject, XarfFacts, build
from tests.standins import api as standins
from tests.standins.api import AbuseSignal, Api, Judge, api
from tests.standins.smtp import crooked_server

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the standard's own example
URL = "https://www.example.org/a?b=%C3%A9"
API_CHANNELS = [Channel.AWS, Channel.CLOUDFLARE, Channel.WEBHOOK]


def report() -> dict[str, Any]:
    facts = XarfFacts(
        subject=Subject.ADULT,
        url=URL,
        host="www.example.org",
        declared_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        recognisable=True,
        without_consent=True,
        explanation="Made public without consent (Article 254ba Sr).",
    )
    made = build(facts, recipient=Recipient(xarf=True), reply_to="answer-7f3k@helpline.test")
    assert made is not None
    return made


def envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "message_id": "<0b6a7e3c@helpline.test>",
        "to": None,
        "reply_to": "answer-7f3k@helpline.test",
        "subject": "Notice 7F3K",
        "text": f"Please remove this.\n\n{URL}\n\nReference: 7F3K\n",
        "urls": (URL,),
        "xarf": report(),
        "connection": "partner",
    }
    return Envelope(**{**values, **changes})


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.HELPLINE_ORGANISATION = "Demo helpline"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_CLOUDFLARE_ACCOUNT = "account-1"
    settings.HELPLINE_CLOUDFLARE_TOKEN = "token-1"
    settings.HELPLINE_AWS_ABUSE_KEY_ID = "AKIDEXAMPLE"
    settings.HELPLINE_AWS_ABUSE_SECRET = "secret"


def lead_to(settings: Settings, url: str) -> None:
    settings.HELPLINE_CLOUDFLARE_URL = url
    settings.HELPLINE_AWS_ABUSE_URL = url
    settings.HELPLINE_WEBHOOKS = {"partner": {"url": f"{url}/hook", "secret": SECRET}}


JUDGES: dict[Channel, Judge] = {
    Channel.AWS: AbuseSignal(),
    Channel.CLOUDFLARE: standins.cloudflare,
    Channel.WEBHOOK: standins.webhook(SECRET),
}


@pytest.fixture
def system(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Api]:
    with api(JUDGES[request.getfixturevalue("channel")]) as running:
        lead_to(settings, running.url)
        yield running


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)
    monkeypatch.setattr(http, "SECONDS_IN_ALL", 2.0)


@pytest.mark.parametrize("channel", API_CHANNELS)
def test_api_takes_a_notice(system: Api, channel: Channel) -> None:
    outcome = channels.deliver(channel, envelope())
    assert outcome.result is Result.ACCEPTED, outcome
    assert len(system.got) == 1


def test_aws_gets_one_report_that_is_the_same_at_each_try(settings: Settings) -> None:
    with api(AbuseSignal()) as system:
        lead_to(settings, system.url)
        first, second = aws.deliver(envelope()), aws.deliver(envelope())
    assert first.number == second.number  # their own word for the same report
    sent = system.got[0].data
    assert sent["report"]["xarf"]["type"] == "exposed_data"
    assert "csam" not in json.dumps(sent)
    assert "csem" not in json.dumps(sent)
    assert "evidence" not in sent["report"]["xarf"]
    assert "254ba" in sent["report"]["xarf"]["description"]
    assert "lifecycle:test" not in sent["report"]["xarf"]["tags"]


def test_aws_report_can_be_marked_as_a_test(settings: Settings) -> None:
    settings.HELPLINE_AWS_ABUSE_TEST = True
    with api(AbuseSignal()) as system:
        lead_to(settings, system.url)
        assert aws.deliver(envelope()).result is Result.ACCEPTED
    assert "lifecycle:test" in system.got[0].data["report"]["xarf"]["tags"]


def test_cloudflare_learns_our_name_and_the_owner_of_the_site_nothing(settings: Settings) -> None:
    with api(standins.cloudflare) as system:
        lead_to(settings, system.url)
        outcome = cloudflare.deliver(envelope(urls=(URL, URL + "1", URL)))
    assert (outcome.result, outcome.number) == (Result.ACCEPTED, "a1b2c3")
    sent = system.got[0].data
    assert sent["name"] == sent["company"] == "Demo helpline"
    assert sent["email"] == "answer-7f3k@helpline.test"
    assert sent["owner_notification"] == "none"
    assert sent["host_notification"] == "send-anon"
    assert sent["ncsei_subject_representation"] is False
    assert sent["urls"] == f"{URL}\n{URL}1"
    assert sent["comments"] == "Please remove this.\n\n\nReference: 7F3K"


def test_webhook_says_the_notice_and_nothing_else(settings: Settings) -> None:
    with api(standins.webhook(SECRET)) as system:
        lead_to(settings, system.url)
        assert webhook.deliver(envelope()).result is Result.ACCEPTED
    (got,) = system.got
    assert got.path == "/hook"
    assert got.headers["webhook-id"] == "0b6a7e3c"
    assert set(got.data) == {"type", "timestamp", "data"}
    assert set(got.data["data"]) == {"subject", "text", "addresses", "reply_to", "xarf"}
    assert set(got.headers) == {
        *("host", "accept-encoding", "content-length", "content-type", "user-agent"),
        *("webhook-id", "webhook-timestamp", "webhook-signature"),
    }


def test_webhook_with_another_secret_is_refused(settings: Settings) -> None:
    with api(standins.webhook("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) as system:
        lead_to(settings, system.url)
        assert webhook.deliver(envelope()).result is Result.REJECTED


@pytest.mark.parametrize("channel", API_CHANNELS)
@pytest.mark.parametrize(
    ("status", "result", "retryable"),
    [
        (301, Result.REJECTED, False),
        (400, Result.REJECTED, False),
        (401, Result.NOT_SENT, False),
        (403, Result.NOT_SENT, False),
        (404, Result.REJECTED, False),
        (408, Result.UNCERTAIN, False),
        (429, Result.NOT_SENT, True),
        (500, Result.UNCERTAIN, False),
        (503, Result.UNCERTAIN, False),
    ],
)
def test_api_status_means(
    system: Api, channel: Channel, status: int, result: Result, retryable: bool
) -> None:
    system.says = (status, b'{"message": "a\x1b[31m\x00b"}')
    outcome = channels.deliver(channel, envelope())
    assert (outcome.result, outcome.retryable) == (result, retryable)
    assert outcome.detail.startswith(str(status))
    assert outcome.detail.isprintable()
    assert len(system.got) == 1  # no redirect is followed, and nothing is tried again here


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("soon", 0),
        ("9" * 400, 86400),
        ("Mon, 23 Nov 2015 10:00:00 GMT", 0),
        ("Mon, 23 Nov 9999 10:00:00 GMT", 86400),
    ],
)
def test_api_that_is_too_busy_says_how_long_to_stay_away(
    settings: Settings, asked: str, wait: int
) -> None:
    with api(AbuseSignal()) as system:
        lead_to(settings, system.url)
        system.says, system.also = (429, {}), {"Retry-After": asked}
        outcome = aws.deliver(envelope())
    assert (outcome.retryable, outcome.wait) == (True, timedelta(seconds=wait))


def test_api_that_is_too_busy_may_name_a_moment(settings: Settings) -> None:
    with api(AbuseSignal()) as system:
        lead_to(settings, system.url)
        moment = timezone.now() + timedelta(hours=2)
        system.says, system.also = (429, {}), {"Retry-After": format_datetime(moment, usegmt=True)}
        wait = aws.deliver(envelope()).wait
    assert timedelta(hours=1) < wait <= timedelta(hours=2)


@pytest.mark.parametrize("channel", API_CHANNELS)
@pytest.mark.parametrize(
    "said",
    [
        '{"message": "invalid: %s"}',
        "<html>%s</html>",
        "urls[0]=%s,urls[1]",
        "%s",
    ],
)
def test_what_they_say_is_kept_without_the_address(
    system: Api, channel: Channel, said: str
) -> None:
    """It is kept unsealed, and others like to repeat what they would not take."""
    ways = (
        *(URL, URL.upper(), URL.replace("/", "\\/"), "www.example.org/a", "example.org"),
        *("https:" + "/" * 2 + "www.example.org/" + "a" * 400, "/photos/of-somebody"),
    )
    urls = ("https://www.example.org/photos/of-somebody",)
    for way in ways:
        system.says = (400, (said % way).encode())
        detail = channels.deliver(channel, envelope(urls=urls)).detail
        assert detail.startswith("400 ")
        assert "[address]" in detail
        for part in ("example.org", "somebody", "aaa", "photos"):
            assert part not in detail.lower()


@pytest.mark.parametrize("channel", [Channel.AWS, Channel.CLOUDFLARE])
@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"result": "error"}'])
def test_api_yes_that_is_not_theirs_is_uncertain(
    system: Api, channel: Channel, answer: bytes
) -> None:
    """Something between us and them says 200."""
    system.says = (200, answer)
    outcome = channels.deliver(channel, envelope())
    assert (outcome.result, outcome.retryable) == (Result.UNCERTAIN, False)


@pytest.mark.parametrize("channel", API_CHANNELS)
def test_api_that_is_away_took_nothing(channel: Channel, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    lead_to(settings, f"http://127.0.0.1:{port}")
    outcome = channels.deliver(channel, envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)


def _reads_and_hangs(caller: socket.socket) -> None:
    caller.settimeout(30)
    while caller.recv(65536):
        pass


def _reads_and_leaves(caller: socket.socket) -> None:
    caller.settimeout(5)
    caller.recv(65536)


def _says_rubbish(caller: socket.socket) -> None:
    caller.settimeout(5)
    caller.recv(65536)
    caller.sendall(b"220 a mail server\r\n")


def _drips(caller: socket.socket) -> None:
    caller.recv(65536)
    caller.sendall(b"HTTP/1.")
    caller.settimeout(0.2)
    for _turn in range(300):
        caller.sendall(b"1")
        try:
            if not caller.recv(1):
                return
        except TimeoutError:
            pass


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize("channel", API_CHANNELS)
@pytest.mark.parametrize("script", [_reads_and_hangs, _reads_and_leaves, _says_rubbish, _drips])
def test_api_answer_that_never_came_is_uncertain(
    channel: Channel, script: Any, settings: Settings
) -> None:
    with crooked_server(script) as port:
        lead_to(settings, f"http://127.0.0.1:{port}")
        outcome = channels.deliver(channel, envelope())
    assert (outcome.result, outcome.retryable) == (Result.UNCERTAIN, False)


def _drips_the_body(caller: socket.socket) -> None:
    caller.recv(65536)
    caller.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    caller.settimeout(0.2)
    while True:
        caller.sendall(b"1")
        try:
            if not caller.recv(1):
                return
        except TimeoutError:
            pass


@pytest.mark.usefixtures("short_waits")
def test_api_whose_answer_never_ends_holds_nobody_up(settings: Settings) -> None:
    with crooked_server(_drips_the_body) as port:
        lead_to(settings, f"http://127.0.0.1:{port}")
        assert webhook.deliver(envelope()).result is Result.ACCEPTED


@pytest.mark.usefixtures("short_waits")
def test_api_that_speaks_no_tls_got_nothing(settings: Settings) -> None:
    with crooked_server(_says_rubbish) as port:
        settings.HELPLINE_CLOUDFLARE_URL = f"https://127.0.0.1:{port}"
        outcome = cloudflare.deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, True)


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://example.org/", "ftp://example.org/", "https://", "https://u:p@example.org/"),
        *("https://example.org:port/", "http://127.0.0.1.example.org/", "//example.org/"),
        *("https://exam ple.org/", "https://example.org/\n"),
    ],
)
def test_address_that_is_not_https_is_never_sent_to(url: str) -> None:
    assert not http.can_post(url)
    assert getattr(http.post(url, body=b"", headers={}), "result", None) is Result.NOT_SENT


def test_api_with_a_setting_that_no_request_can_hold_got_nothing(settings: Settings) -> None:
    with api(standins.cloudflare) as system:
        lead_to(settings, system.url)
        settings.HELPLINE_CLOUDFLARE_TOKEN = "token\r\nX-Other: 1"
        outcome = cloudflare.deliver(envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, False)
    assert system.got == []


@pytest.mark.parametrize("channel", API_CHANNELS)
def test_api_is_off_until_configured(channel: Channel, settings: Settings) -> None:
    recipient = Recipient(channel=channel, connection="partner")
    lead_to(settings, "https://api.platform.test")
    assert channels.lacks(recipient) == []
    settings.HELPLINE_CLOUDFLARE_TOKEN = ""
    settings.HELPLINE_AWS_ABUSE_SECRET = ""
    settings.HELPLINE_WEBHOOKS = {}
    assert channels.lacks(recipient) == [Lack.NOT_SET_UP]


@pytest.mark.parametrize(
    "held",
    [
        None,
        "https://platform.test",
        {},
        {"url": "http://platform.test/", "secret": SECRET},
        {"url": "https://platform.test/"},
        {"url": "https://platform.test/", "secret": "whsec_"},
        {"url": "https://platform.test/", "secret": "whsec_a"},
        {"url": "https://platform.test/", "secret": "whsec_" + "QQ" * 15},  # 23 bytes
        {"url": "https://platform.test/", "secret": "whsec_" + "QQQQ" * 22},  # 66 bytes
        {"url": "https://platform.test/", "secret": "whsk_" + "QQQQ" * 10},  # of another kind
        {"url": "https://platform.test/", "secret": "a-password-of-thirty-two-letters"},
    ],
)
def test_webhook_that_cannot_be_used_is_none(settings: Settings, held: Any) -> None:
    settings.HELPLINE_WEBHOOKS = {"partner": held}
    assert webhook.connection("partner") is None
    assert webhook.connection("nobody") is None
    assert webhook.deliver(envelope()).result is Result.NOT_SENT


@pytest.mark.parametrize(
    ("channel", "changes", "lack"),
    [
        (Channel.AWS, {"urls": (URL, URL + "1")}, Lack.ONE_AT_A_TIME),
        (Channel.AWS, {"xarf": None}, Lack.NO_TYPE),
        (Channel.CLOUDFLARE, {"urls": (URL, "https://example.com/")}, Lack.ONE_HOST),
        (Channel.CLOUDFLARE, {"urls": tuple(f"{URL}{n}" for n in range(251))}, Lack.TOO_MANY),
        (Channel.CLOUDFLARE, {"text": "x" * 2001}, Lack.TOO_LONG),
    ],
)
def test_notice_that_does_not_fit_is_refused_before_it_goes(
    channel: Channel, changes: dict[str, Any], lack: Lack, settings: Settings
) -> None:
    lead_to(settings, "http://127.0.0.1:1")
    assert channels.misfits(channel, envelope(**changes)) == [lack]
    assert channels.deliver(channel, envelope(**changes)).result is Result.NOT_SENT
    assert channels.misfits(channel, envelope()) == []


@pytest.mark.parametrize(
    ("url", "body", "region", "token", "signature"),
    [
        (
            "https://abuse.us-east-1.amazonaws.com/v1/abuse",
            b'{"a":"\xc3\xa9"}',
            "us-east-1",
            "",
            "b163e1521b6aa6205351ebe2e9a1d3750bca3391e443e0a628995b206a22042e",
        ),
        (
            "http://127.0.0.1:8099/v1/abuse",
            b"{}",
            "eu-west-2",
            "tok/en==",
            "758a6f2aa06f76b0643fa280bfe095079f558dde24828cbd9bf4b0b0dc68ee8c",
        ),
    ],
)
def test_aws_signature_is_the_one_that_their_library_makes(
    url: str, body: bytes, region: str, token: str, signature: str
) -> None:
    """Made with botocore 1.44.5."""
    headers = signed(
        url,
        body=body,
        headers={"Content-Type": "application/json"},
        credentials=Credentials(
            "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region, "abuse", token
        ),
        at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )
    assert headers["Authorization"].endswith(f"Signature={signature}")
