"""One message over SMTP, in phases, so that "may have arrived" is never taken for "did not".

Until the first byte of the message has left, whatever goes wrong means that nothing was sent.
From then until the server's last word, a silence or a lost line means that nobody knows.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from intake.recipients.channels.base import Outcome, Result

# The whole talk may take this many times the wait for one answer: a server that sends one byte
# now and then must not hold the worker either.
PATIENCE = 4
LONGEST_DETAIL = 300


def send(message: bytes, *, sender: str, to: str) -> Outcome:
    """Hand one message to the mail server. Never raises on what the server does, never hangs."""
    smtp = _client(sender)
    with _deadline(smtp):
        try:
            _connect(smtp)
        except smtplib.SMTPConnectError as refusal:
            # Not a word about this message was said yet: it is about us, and may be put right.
            return Outcome(Result.NOT_SENT, _said(refusal.smtp_code, refusal.smtp_error), True)
        except (OSError, smtplib.SMTPException) as error:
            return _nothing_sent(error)
        try:
            return _talk(smtp, message, sender, to)
        finally:
            smtp.close()


def _client(sender: str) -> smtplib.SMTP:
    timeout = settings.EMAIL_TIMEOUT or 20
    # Without a name of its own smtplib would tell the other side this machine's.
    own_name = sender.rpartition("@")[2]
    if settings.EMAIL_USE_SSL:
        return smtplib.SMTP_SSL(
            local_hostname=own_name, timeout=timeout, context=ssl.create_default_context()
        )
    return smtplib.SMTP(local_hostname=own_name, timeout=timeout)


def _connect(smtp: smtplib.SMTP) -> None:
    # STARTTLS checks the certificate against this name, which connect() does not note.
    smtp._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # -- see above
    try:
        code, answer = smtp.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
    except BaseException:
        smtp.close()
        raise
    if code != 220:
        smtp.close()
        raise smtplib.SMTPConnectError(code, answer)


def _talk(smtp: smtplib.SMTP, message: bytes, sender: str, to: str) -> Outcome:
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        code, answer = smtp.mail(sender)
        if code == 250:
            code, answer = smtp.rcpt(to)
        if code in (250, 251, 252):
            code, answer = smtp.docmd("DATA")
        if code != 354:
            return _refusal(code, answer)
    except smtplib.SMTPResponseException as refusal:
        # Our greeting or sign-in was refused: about us as well.
        return Outcome(Result.NOT_SENT, _said(refusal.smtp_code, refusal.smtp_error), True)
    except (OSError, smtplib.SMTPException) as error:
        return _nothing_sent(error)

    try:
        smtp.send(_with_dots(message))
        code, answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.UNCERTAIN, type(error).__name__)
    if 200 <= code < 300:
        _say_goodbye(smtp)
        return Outcome(Result.ACCEPTED, _said(code, answer))
    if code < 400:
        return Outcome(Result.UNCERTAIN, _said(code, answer))
    return _refusal(code, answer)


def _refusal(code: int, answer: bytes | str) -> Outcome:
    """A 4xx may pass the next time; a 5xx will not; anything else is no SMTP server's word."""
    if 500 <= code < 600:
        return Outcome(Result.REJECTED, _said(code, answer))
    return Outcome(Result.NOT_SENT, _said(code, answer), retryable=True)


def _nothing_sent(error: Exception) -> Outcome:
    return Outcome(Result.NOT_SENT, type(error).__name__, retryable=True)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return re.sub(r"[^\x20-\x7e]+", " ", f"{code} {text}")[:LONGEST_DETAIL].strip()


def _with_dots(message: bytes) -> bytes:
    """The message as it goes over the line: a line's own first dot doubled, a dot to end it."""
    body = re.sub(rb"(?m)^\.", b"..", message)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        pass  # it was accepted before; how the server says goodbye changes nothing


@contextmanager
def _deadline(smtp: smtplib.SMTP) -> Iterator[None]:
    """Cut the line when the whole talk takes too long."""

    def cut() -> None:
        if smtp.sock is not None:
            try:
                smtp.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed meanwhile

    timer = threading.Timer((settings.EMAIL_TIMEOUT or 20) * PATIENCE, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
