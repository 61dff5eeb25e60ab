"""A log line never carries a value that came from outside."""

import json
import logging
import sys

from helpline.privacy.logging import AllowlistFormatter

SECRET = "/answer/geheim-token/"


def written(name: str, message: str, *args: object, **extra: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    line = AllowlistFormatter().format(record)
    assert SECRET not in line
    parsed: dict[str, object] = json.loads(line)
    return parsed


def test_others_arguments_are_dropped() -> None:
    assert written("django.request", "%s: %s", "Not Found", SECRET)["message"] == "%s: %s"


def test_others_finished_sentences_are_dropped() -> None:
    assert "message" not in written("asyncio", f"cannot handle {SECRET}")


def test_our_allowlisted_keys_stay_and_others_go() -> None:
    entry = written("intake.removal", "a notice was sent", notice="N-1", path=SECRET)
    assert entry["notice"] == "N-1"
    assert "path" not in entry


def test_exceptions_keep_type_and_place_only() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("chat", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = AllowlistFormatter().format(record)
    assert SECRET not in line
    assert json.loads(line)["error"] == "ValueError"
