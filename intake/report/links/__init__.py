"""Finds the web addresses in whatever somebody pastes.

People paste a chat, a mail, a list, an address they took apart so that nobody would press it, or one
they read aloud. Wide patterns find candidates here; whether one is an address is decided by Ada and
the public suffix list (``intake.removal.canonical``), and in the end by the visitor, who sees each
address as plain text and may take it out. Nothing is ever opened.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from intake.removal.canonical import CanonicalURL, NotAnAddress, Reason, canonicalise
from intake.report.links.ends import CUT_OFF, host_ends, refang, trimmed, without_next_sentence
from intake.report.links.hosts import alone_or_announced, is_host
from intake.report.links.patterns import (
    CANDIDATE,
    INVISIBLE,
    SPACED_PATH,
    SPOKEN_DOT,
    TRAILING,
)
from intake.report.links.wrapping import between_angles, unwrapped

__all__ = ["INVISIBLE", "FoundLink", "find_links"]

MAX_FOUND = 1000  # nobody reads more, and one report holds 200


@dataclass(frozen=True)
class FoundLink:
    """Something in the text that was meant as an address: readable, or with the reason why not."""

    typed: str
    address: CanonicalURL | None = None
    problem: Reason | None = None
    cut_off: bool = False  # ended in dots, as a program shortens an address to show it
    repeats: tuple[str, ...] = ()  # how the same address stood in the text again

    @property
    def shown(self) -> str:
        """What is shown back, as plain text."""
        return self.address.url if self.address else self.typed

    @property
    def times(self) -> int:
        """How often it stood in the text."""
        return 1 + len(self.repeats)

    @property
    def spellings(self) -> list[str]:
        """The ways in which it was written, each once, when there were several."""
        written = list(dict.fromkeys((self.typed, *self.repeats)))
        return written if len(written) > 1 else []


def find_links(text: str) -> list[FoundLink]:
    """The addresses in ``text``, each once and in order; unreadable ones with their reason."""
    text = text.translate(INVISIBLE)
    found: dict[str, FoundLink] = {}
    repeats: defaultdict[str, list[str]] = defaultdict(list)
    position = 0
    while len(found) < MAX_FOUND and (match := CANDIDATE.search(text, position)):
        link, position = _judge(text, match)
        position = max(position, match.start() + 1)
        if link is None:
            continue
        if link.shown in found:
            repeats[link.shown].append(link.typed)
        else:
            found[link.shown] = link
    return [replace(link, repeats=tuple(repeats[shown])) for shown, link in found.items()]


def _judge(text: str, match: re.Match[str]) -> tuple[FoundLink | None, int]:
    """The link a candidate is, if any, and where to read on."""
    if match["schemed"]:
        return _schemed(text, match)
    if match["bare"]:
        return _bare(text, match)
    if match["spoken"]:
        return _spoken(match), match.end()
    if match["other"]:
        typed = trimmed(match["other"])
        return FoundLink(typed[:200], problem=Reason.NOT_WEB), match.end()
    return None, match.end()


def _schemed(text: str, match: re.Match[str]) -> tuple[FoundLink | None, int]:
    start, end = match.span("body")
    wrapped = between_angles(text, match.start())
    raw = trimmed(match["body"], before=text[match.start() - 1 : match.start()])
    joined, resume = raw, start + len(raw)
    if wrapped is not None:
        joined, resume = re.sub(r"\s+", "", text[start:wrapped]), wrapped
    elif len(raw) == end - start:
        joined, resume = unwrapped(text, match.start(), start, end)
        joined = trimmed(joined)
    if not joined.strip("/\\."):
        return None, match.end()
    prefix = text[match.start() : start]
    taken_apart = not re.match(r"h?t{1,3}ps?:\\?/\\?/$", prefix, re.IGNORECASE)
    body = refang(joined, everywhere=taken_apart)
    scheme = "https" if match["s"] or match["s2"] else "http"
    link = _read(f"{scheme}://{host_ends(body)}", typed=prefix + joined)
    return _marked(link, match["body"]), resume


def _bare(text: str, match: re.Match[str]) -> tuple[FoundLink | None, int]:
    host = refang(match["host"], everywhere=True)
    rest = trimmed(match["rest"]) if match["rest"] else ""
    end = match.start("rest") + len(rest) if rest else match.end("host")
    spaced = None if rest or "." in match["host"] else SPACED_PATH.match(text, end)
    if spaced:
        rest, end = f"/{spaced[1].rstrip(TRAILING)}", spaced.end()
    if rest and len(rest) == len(match["rest"]) and "/" in rest:
        rest, end = unwrapped(text, match.start(), match.start("rest"), match.end())
        rest = trimmed(rest)
    if not match["rest"]:
        host = without_next_sentence(host)
    if not is_host(host, rest, alone_or_announced(text, match)):
        return None, match.end("host")
    link = _read(f"https://{host}{refang(rest, everywhere=False)}", typed=match["host"] + rest)
    if link.problem not in (None, Reason.PRIVATE):
        return None, match.end("host")  # never typed as an address, so nothing to explain
    return _marked(link, match["rest"] or ""), end


def _spoken(match: re.Match[str]) -> FoundLink | None:
    text = re.sub(SPOKEN_DOT, ".", match["spoken"], flags=re.IGNORECASE)
    text = re.sub(r"\s?(?:/|\bslash\b)\s?", "/", text, flags=re.IGNORECASE).rstrip(".-")
    link = _read(f"https://{text}", typed=match["spoken"].rstrip(".-"))
    return link if link.address else None


def _read(url: str, *, typed: str) -> FoundLink:
    try:
        return FoundLink(typed, canonicalise(url))
    except NotAnAddress as error:
        return FoundLink(typed, problem=error.reason)


def _marked(link: FoundLink, body: str) -> FoundLink:
    """The link with a mark when a program shortened it."""
    if link.address and len(link.address.path) > 1 and CUT_OFF.search(body.rstrip("\"')]}>,")):
        return FoundLink(link.typed, link.address, link.problem, cut_off=True)
    return link
