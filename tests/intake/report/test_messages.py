"""How well addresses are found in two hundred messages, written as people write them."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from intake.report.links import find_links
from tests.corpora import count

pytestmark = [pytest.mark.embedded, pytest.mark.corpora]

MESSAGES = Path(__file__).with_name("messages.txt")


class Message(NamedTuple):
    """What somebody wrote, and the addresses that it names."""

    kind: str
    text: str
    named: frozenset[str]


def messages() -> list[Message]:
    parts = re.split(r"^=== (.*)\n", MESSAGES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = []
    for kind, part in zip(parts[::2], parts[1::2], strict=True):
        lines = part.rstrip("\n").split("\n")
        named = frozenset(line[3:] for line in lines if line.startswith("-> "))
        text = [line for line in lines if not line.startswith("-> ") and line != "-"]
        found.append(Message(kind, "\n".join(text), named))
    return found


def test_addresses_in_messages_are_found_and_nothing_else_is() -> None:
    right = wrong = missed = 0
    astray = []
    for message in messages():
        found = {link.address.url for link in find_links(message.text) if link.address}
        right += len(found & message.named)
        wrong += len(found - message.named)
        missed += len(message.named - found)
        if found != message.named:
            astray.append(f"{message.kind}: {message.text}\n  found {sorted(found)}")
    precision, recall = right / (right + wrong), right / (right + missed)
    assert len(messages()) == 200
    assert precision >= 0.99, astray
    assert recall >= 0.99, astray
    count("extraction_precision", round(precision, 3))
    count("extraction_recall", round(recall, 3))
