"""Addresses that a program broke over lines, put together again."""

import re

from intake.report.links.ends import refang
from intake.report.links.hosts import suffix_known
from intake.report.links.patterns import CANDIDATE

NEXT_LINE = re.compile(r"[ \t\r]*\n[ \t]*([^\s<>\"]+)([^\n]*)")
QUOTED_LINE = re.compile(
    r"[ \t\r]*\n(?:>[ \t]*)+([^\s<>\"]+)([^\n]*)"
)  # of a mail that is answered
WRAP_WIDTH = 60  # programs that break lines do so from about here on
MAX_WRAPS = 5


def between_angles(text: str, start: int) -> int | None:
    """Where ``<https://...`` closes, when it runs over line ends. Source: RFC 3986 appendix C."""
    if text[start - 1 : start] != "<":
        return None
    close = re.compile(r"[^<>]{1,4000}>").match(text, start)
    if close is None:
        return None
    lines = close.group()[:-1].split("\n")
    if len(lines) < 2 or any(" " in line.strip() for line in lines):
        return None
    return close.end() - 1


def unwrapped(text: str, whole: int, start: int, end: int) -> tuple[str, int]:
    """An address that a program broke over lines, put together, and where it ends."""
    joined = text[start:end]
    line_start = text.rfind("\n", 0, whole) + 1
    following_line = QUOTED_LINE if text[line_start : line_start + 1] == ">" else NEXT_LINE
    for _ in range(MAX_WRAPS):
        following = following_line.match(text, end)
        if following is None:
            break
        token, others = following[1], following[2].strip()
        width = end - line_start
        if not _continues(joined, token, alone=not others, width=width):
            break
        joined += token
        line_start, end = following.start(1), following.end(1)
        if others:
            break
    return joined, end


def _starts_anew(token: str) -> bool:
    """Whether a word is an address by itself; "foto-1.jpg" is the end of one."""
    match = CANDIDATE.match(token)
    return match is not None and not (
        match["bare"] and not suffix_known(refang(match["host"], everywhere=True))
    )


def _continues(head: str, token: str, *, alone: bool, width: int) -> bool:
    """Whether the first word of the next line belongs to the address above it."""
    if _starts_anew(token) or not re.fullmatch(r"[\w./?=&%#~+:,;!$'()*@-]+", token, re.ASCII):
        return False
    strong = bool(re.search(r"[/=&%]|\d[a-zA-Z_-]|[a-zA-Z_-]\d", token)) and not re.fullmatch(
        r"\d{1,3}[.):/-]?\w{0,2}", token
    )
    open_end = head[-1] in "/?&=-_%#" and "/" in head
    wide = width >= WRAP_WIDTH
    if not alone:
        return wide and (strong or (head[-1] == "=" and token.isdigit()))
    return (open_end and (strong or bool(re.fullmatch(r"\d{4,}", token)))) or (wide and strong)
