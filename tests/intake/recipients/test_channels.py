"""Every channel there is: one protocol, and in a dry run none of them reaches anybody."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from intake.recipients import channels
from intake.recipients.channels import form, mail
from intake.recipients.channels.base import Envelope, Lack, Result
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from tests.standins.smtp import mail_server

FOLDER = Path(channels.__file__).parent
_watching: list[Any] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in ("socket.connect", "socket.sendto"):
        _watching[-1].append(arguments[1])


sys.addaudithook(_watch)  # Python's own word of every connection, of this process for good


@contextmanager
def connections() -> Iterator[list[Any]]:
    """The addresses that this process connects to, until the block ends."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


def envelope(**changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "message_id": "<0b6a7e3c@helpline.test>",
        "to": "abuse@platform.test",
        "reply_to": "answer-7f3k@helpline.test",
        "subject": "Notice 7F3K",
        "text": "Please remove this.\n\nhttps://example.org/a\n",
        "urls": ("https://example.org/a",),
    }
    return Envelope(**{**values, **changes})


def test_every_channel_has_a_folder_and_every_folder_a_channel() -> None:
    folders = {path.name for path in FOLDER.iterdir() if (path / "__init__.py").exists()}
    assert {channel.value for channel in channels.CHANNELS} == folders
    assert set(channels.CHANNELS) == set(Channel)


@pytest.mark.parametrize("channel", list(Channel))
def test_dry_run_reaches_nobody_on_any_channel(channel: Channel, settings: Settings) -> None:
    settings.HELPLINE_DRY_RUN = True
    with mail_server() as server, connections() as made:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        outcome = channels.deliver(channel, envelope())
    assert (outcome.result, outcome.retryable) == (Result.NOT_SENT, False)
    assert outcome.detail == "dry run: nothing leaves this site"
    assert made == []
    assert server.received == []


def test_dry_run_holds_the_mail_about_news_too(settings: Settings) -> None:
    with mail_server() as server, connections() as made:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.HELPLINE_DRY_RUN = True
        mail.hand_over(b"Subject: x\r\n\r\n", sender="a@b.test", to="c@d.test")
        assert made == []
        settings.HELPLINE_DRY_RUN = False  # the same watch sees a connection when there is one
        mail.hand_over(b"Subject: x\r\n\r\n", sender="a@b.test", to="c@d.test")
        assert made
    assert len(server.received) == 1


def test_form_leaves_the_work_to_a_person() -> None:
    assert channels.by_hand(Channel.FORM)
    assert not channels.by_hand(Channel.MAIL)
    assert form.deliver(envelope(to=None)).result is Result.NOT_SENT


@pytest.mark.parametrize("form_url", ["", "http://platform.test/x", "javascript:alert(1)"])
def test_form_that_cannot_be_followed_is_lacking(form_url: str) -> None:
    recipient = Recipient(channel=Channel.FORM, form_url=form_url)
    assert channels.lacks(recipient) == [Lack.FORM]
    with pytest.raises(ValueError, match="https"):
        form.prepare(envelope(), form_url=form_url)


def test_mail_without_an_address_is_lacking() -> None:
    assert channels.lacks(Recipient(channel=Channel.MAIL)) == [Lack.ADDRESS]
    assert mail.deliver(envelope(to=None)).result is Result.NOT_SENT
