"""Rubbish in the fields of a form, and what is no form at all: for the tests that try each form."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from helpline.privacy.logging import AllowlistFormatter

MARK = "zeldzaamwoord"
RUBBISH = [
    *("", f"{MARK}\x00", "ﷺ" * 40, "-1", "9" * 5000, str(2**63), str(uuid.UUID(int=0))),
    *("a\r\nSet-Cookie: b=c", "{}", f"{MARK} " * 2000, "9999-12-31", "e" * 300 + "@example.org"),
]
FORM = "application/x-www-form-urlencoded"
NO_FORMS = (
    (b"\x89PNG\x00" * 50, "image/png"),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b"{", "application/json"),
    (b"a=%ff%fe&b=%", FORM),
    (b"&".join(b"a=1" for _ in range(2000)), FORM),
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in it is as if it never was."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)


def fill_with_rubbish(client: Client, address: str, right: dict[str, Any]) -> None:
    """Each field in turn is rubbish or missing, beside others that are right: no page breaks."""
    client.raise_request_exception = False
    cookies = client.cookies.output(header="", sep=";")
    for field in [*right, "unknown"]:
        for value in [*RUBBISH, None]:
            sent = {**right, field: value}
            if value is None:
                del sent[field]
            with undone():
                answer = client.post(address, urlencode(sent, doseq=True), content_type=FORM)
            client.cookies = SimpleCookie(cookies)
            assert answer.status_code < 500, (field, str(value)[:80])


def send_no_form(client: Client, address: str) -> None:
    """A file, or half a form: no page breaks."""
    client.raise_request_exception = False
    for body, kind in NO_FORMS:
        with undone():
            answer = client.post(address, body, content_type=kind)
        assert answer.status_code < 500, kind


def rubbish_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the log in which some of it stands."""
    written = [AllowlistFormatter().format(record) for record in caplog.records]
    return [line for line in written if MARK in line]
