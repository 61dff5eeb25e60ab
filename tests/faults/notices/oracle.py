"""Judges what stands on file about notices against what the servers hold."""

import email
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DOMAIN = "helpline.test"
URL = re.compile(r"https://example\.org/p/\d+")


@dataclass(frozen=True)
class Arrived:
    """A notice that a server holds whole."""

    message_id: str
    url: str


def read_mail(message: bytes) -> Arrived:
    parsed = email.message_from_bytes(message)
    text = parsed.get_payload(decode=True)
    assert isinstance(text, bytes)
    found = URL.findall(text.decode())
    return Arrived(str(parsed["Message-ID"]), found[0])


def read_webhook(name: str, body: bytes) -> Arrived:
    """Its name is the Message-ID without the address around it."""
    [url] = json.loads(body)["data"]["addresses"]
    return Arrived(f"<{name}@{DOMAIN}>", url)


@dataclass
class Verdict:
    """In numbers, and in words what is wrong besides."""

    kills: int = 0
    duplicate: int = 0
    missing: int = 0
    uncertain: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.duplicate or self.missing or self.words)

    def line(self) -> str:
        return (
            f"notices {self.kills} kills {self.duplicate} duplicate {self.missing} missing"
            f" {self.uncertain} uncertain_listed"
        )


def judge(rows: Iterable[Mapping[str, Any]], arrived: Sequence[Arrived]) -> Verdict:
    """Compare every notice with what arrived.

    duplicate  one message twice, or one address twice
    missing    on file as sent and it never arrived; not decided, and nobody is shown that; or
               never finished at all
    uncertain  nobody knows, and the desk says so
    """
    rows = list(rows)
    verdict = Verdict()
    ids = Counter(each.message_id for each in arrived)
    urls = Counter(each.url for each in arrived)
    verdict.duplicate = max(
        sum(count - 1 for count in ids.values()), sum(count - 1 for count in urls.values())
    )
    known = {row["message_id"] for row in rows}
    verdict.words += [
        f"{each.url}: nobody sent it" for each in arrived if each.message_id not in known
    ]
    for row in rows:
        status, is_there = row["status"], row["message_id"] in ids
        if status == "uncertain" and row["listed"]:
            verdict.uncertain += 1
        elif status == "accepted" and is_there:
            pass
        elif status in ("rejected", "cancelled"):
            if is_there:
                verdict.words.append(f"{row['url']}: on file as {status}, and it arrived")
        else:
            verdict.missing += 1
            verdict.words.append(f"{row['url']}: {status}, arrived: {is_there}")
    return verdict


def judge_in_the_end(rows: Iterable[Mapping[str, Any]], arrived: Sequence[Arrived]) -> Verdict:
    """The same when everything unclear was decided: each address arrived, in some round."""
    rows = list(rows)
    verdict = judge(rows, arrived)
    there = {each.url for each in arrived}
    for url in sorted({row["url"] for row in rows} - there):
        verdict.missing += 1
        verdict.words.append(f"{url}: never arrived")
    if verdict.uncertain:
        verdict.words.append(f"{verdict.uncertain} still undecided")
    return verdict
