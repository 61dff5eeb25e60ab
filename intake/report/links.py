"""Finds the web addresses in whatever somebody pastes.

People paste a chat, a mail, a list, an address they took apart so that nobody would press it, or one
they read aloud. Wide patterns find candidates here; whether one is an address is decided by Ada and
the public suffix list (``intake.removal.canonical``), and in the end by the visitor, who sees each
address as plain text and may take it out. Nothing is ever opened.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from intake.removal.canonical import (
    CanonicalURL,
    NotAnAddress,
    Reason,
    canonicalise,
    has_known_suffix,
    read,
)

# Invisible characters that apps put into text for wrapping and direction.
INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)

STOPS = r"\s<>\"“”„«»\x00-\x1f\x7f"  # never part of an address in running text
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
# A dot, or one that was taken apart: "[.]", "(dot)", "{punt}".
BRACKETED_DOT = r"\s?[\[({]\s?(?:\.|dot|punt)\s?[\])}]\s?"
# Keyboards of phones put a space after a dot: "instagram. com/lisa", "www. example.org".
SPACED_DOT = (
    r"(?:\.[ ](?=(?:com|nl|net|org|be|eu|io|tv|ru|info|xxx)/\w)|(?<=www)\.[ ](?=[\w-]+\.[ ]?\w))"
)
DOT = rf"(?:{SPACED_DOT}|[.。．｡]|{BRACKETED_DOT})"
SPACED_PATH = re.compile(r"[ ]/[ ]?([\w.-]+)")  # after an address that was taken apart
SPOKEN_DOT = r"\s(?:dot|punt|\.)\s"
# Before a spoken dot these are no part of a name: "the site with dot tv".
NO_NAME = r"(?!(?:a|de|een|het|met|of|or|the|with)\s)"
SLASHES = r"\\?[/／\\](?:[ ]?\\?[/／\\]){0,2}"
COLON_SLASHES = (
    rf"(?:\s?[\[({{]?\s?[:：;]\s?[\])}}]?\s?[\[({{]?{SLASHES}[\])}}]?(?:\s(?=[\w-]+\.\w))?"
    r"|[\[({]?(?:\\?/){2}[\])}]?)"
)

CANDIDATE = re.compile(
    rf"""
      (?P<ignored> (?:mailto|tel|sms):[^{STOPS}]+
        | (?<![\w.+-])[\w.+-]{{1,64}} (?:@|\s?[\[({{]\s?(?:at|@)\s?[\])}}]\s?) (?:{LABEL}{DOT})+{LABEL} )
    | (?P<other> (?<!\w)(?!\w*(?:http|hxxp)s?:|h?t{{1,3}}ps?:)(?:
          [a-z][a-z0-9+.-]{{1,30}}://[^{STOPS}]+
        | (?:data|javascript|blob|intent|magnet):[^{STOPS}]+ ) )
    | (?P<schemed> (?:h(?:tt|xx|\*\*)p(?P<s>s?)|(?<!\w)h?t{{1,3}}p(?P<s2>s?)){COLON_SLASHES}
        (?P<body> (?:{SPACED_DOT}|{BRACKETED_DOT}|[^{STOPS}/?\#])* (?:{BRACKETED_DOT}|[^{STOPS}])* ) )
    | (?P<bare> (?<![\w@/.&=\#%+-])(?://)?
        (?P<host> (?:{LABEL}{DOT})+{LABEL} )\.?
        (?P<rest> (?::\d{{2,5}}(?!\d))?(?:[/?\#][^{STOPS}]*)? ) )
    | (?P<spoken> (?<![\w@]){NO_NAME}(?:{LABEL}{SPOKEN_DOT}){{1,3}}
        (?:com|nl|net|org|be|eu|info|tv|xxx)\b
        (?:\s?(?:/|slash)\s?[\w.-]+)* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Where one address ends and other text begins although no space stands between.
GLUED = re.compile(
    r"\]\(|\[/|&(?:quot|gt|lt|nbsp);|(?<=[^/=:%?&])[,;|]*(?=https?://)|[,;|](?=www\.)"
)
WRONG_IN_HOST = re.compile(r"[,;!'()|*]")
CLOSING = {")": "(", "]": "[", "}": "{", "’": "‘", "'": "'"}
TRAILING = ".,;:!?*~`|\\…–—·•"
# Words that begin a sentence: after ".", without a space, they are not the end of an address.
NEXT_SENTENCE = re.compile(
    r"\.(?:Ik|Je|Jij|Hij|Ze|Zij|We|Wij|Er|Het|De|Dit|Dat|Die|Daar|Maar|En|Kan|Kun|Wat|Wie|Mijn|Help|Nu"
    r"|I|You|He|She|It|They|The|This|That|There|But|And|Can|What|My|Please)$"
)
CUT_OFF = re.compile(r"(?:…|\.\.\.)$")

# Words that are also a top-level domain: "klaar.de rest" is a missing space, not a host.
WORDS = re.compile(
    "al|am|as|at|be|by|de|do|er|ga|here|how|id|in|is|it|je|la|ma|me|mr|ms|my|na|no|now|nu|om|one|"
    "pa|re|so|st|to|us"
)
FILES = re.compile("zip|mov|md|py|sh|rs|ps")
# After these a name with such an ending is meant as a site.
CUES = re.compile("adres|at|check|from|link|naar|on|op|see|site|to|url|van|via|website|zie|https?")
NEXT_LINE = re.compile(r"[ \t\r]*\n[ \t]*([^\s<>\"]+)([^\n]*)")
QUOTED_LINE = re.compile(
    r"[ \t\r]*\n(?:>[ \t]*)+([^\s<>\"]+)([^\n]*)"
)  # of a mail that is answered
WRAP_WIDTH = 60  # programs that break lines do so from about here on
MAX_WRAPS = 5
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
        typed = _trimmed(match["other"])
        return FoundLink(typed[:200], problem=Reason.NOT_WEB), match.end()
    return None, match.end()


def _schemed(text: str, match: re.Match[str]) -> tuple[FoundLink | None, int]:
    start, end = match.span("body")
    wrapped = _between_angles(text, match.start())
    raw = _trimmed(match["body"], before=text[match.start() - 1 : match.start()])
    joined, resume = raw, start + len(raw)
    if wrapped is not None:
        joined, resume = re.sub(r"\s+", "", text[start:wrapped]), wrapped
    elif len(raw) == end - start:
        joined, resume = _unwrap(text, match.start(), start, end)
        joined = _trimmed(joined)
    if not joined.strip("/\\."):
        return None, match.end()
    prefix = text[match.start() : start]
    taken_apart = not re.match(r"h?t{1,3}ps?:\\?/\\?/$", prefix, re.IGNORECASE)
    body = _refang(joined, everywhere=taken_apart)
    scheme = "https" if match["s"] or match["s2"] else "http"
    link = _read(f"{scheme}://{_host_ends(body)}", typed=prefix + joined)
    return _marked(link, match["body"]), resume


def _bare(text: str, match: re.Match[str]) -> tuple[FoundLink | None, int]:
    host = _refang(match["host"], everywhere=True)
    rest = _trimmed(match["rest"]) if match["rest"] else ""
    end = match.start("rest") + len(rest) if rest else match.end("host")
    spaced = None if rest or "." in match["host"] else SPACED_PATH.match(text, end)
    if spaced:
        rest, end = f"/{spaced[1].rstrip(TRAILING)}", spaced.end()
    if rest and len(rest) == len(match["rest"]) and "/" in rest:
        rest, end = _unwrap(text, match.start(), match.start("rest"), match.end())
        rest = _trimmed(rest)
    if not match["rest"]:
        host = _without_next_sentence(host)
    if not _is_host(host, rest, _alone_or_announced(text, match)):
        return None, match.end("host")
    link = _read(f"https://{host}{_refang(rest, everywhere=False)}", typed=match["host"] + rest)
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


def _trimmed(body: str, *, before: str = "") -> str:
    """The candidate without what follows an address in running text."""
    glued = GLUED.search(body)
    if glued and glued.start() > 0:
        body = body[: glued.start()]
    body = _until_unmatched(body, "]")  # which the standard has nowhere but around IPv6
    if before == "(":
        body = _until_unmatched(body, ")")
    while body and _is_trailing(body, before):
        body = body[:-1]
    return NEXT_SENTENCE.sub("", body) if "/" in body else body


def _until_unmatched(body: str, close: str) -> str:
    depth = 0
    for index, char in enumerate(body):
        depth += (char == CLOSING[close]) - (char == close)
        if depth < 0:
            return body[:index]
    return body


def _is_trailing(body: str, before: str) -> bool:
    last = body[-1]
    if last in TRAILING or (last == "_" and before == "_") or _is_emoji(last):
        return True
    opening = CLOSING.get(last)
    if opening is None:
        return False
    return opening == last or body.count(last) > body.count(opening)


def _is_emoji(char: str) -> bool:
    """Whether a character is a coloured picture, or shapes the one before it."""
    return char >= "\U0001f000" or "\u2600" <= char <= "\u27bf" or char in "\u200d\ufe0f"


def _refang(text: str, *, everywhere: bool) -> str:
    """The address put together again where somebody took it apart."""
    text = text.replace("\\/", "/").replace(". ", ".")
    host = re.split(r"[/?#\\]", text, maxsplit=1)[0]
    rest = text[len(host) :]
    mended = re.sub(BRACKETED_DOT, ".", host, flags=re.IGNORECASE)
    if everywhere or mended != host:
        rest = re.sub(BRACKETED_DOT, ".", rest, flags=re.IGNORECASE)
    return mended + rest


def _host_ends(body: str) -> str:
    """Cut the body where its host ends, when a sentence went on without a space."""
    authority = re.split(r"[/?#\\]", body, maxsplit=1)[0]
    if "@" in authority or authority.startswith("["):
        return body
    wrong = WRONG_IN_HOST.search(authority)
    if wrong and _suffix_known(authority[: wrong.start()]):
        return authority[: wrong.start()]
    if authority == body:
        return _without_next_sentence(authority)
    return body


def _without_next_sentence(host: str) -> str:
    """ "example.org.Daarna" without the word that begins the next sentence."""
    head, _, last = host.rpartition(".")
    if "." in head and last.istitle() and not _suffix_known(host) and _suffix_known(head):
        return head
    return host


def _is_host(host: str, rest: str, announced: bool) -> bool:
    """Whether a name without a scheme is meant as an address."""
    labels = host.lower().split(".")
    if all(label.isdigit() for label in labels):
        return len(labels) == 4 and bool(rest)  # else a version, a date or an amount
    if "_" in labels[-1] or not _suffix_known(host):
        return False
    if labels[0] == "www" or "/" in rest or len(labels) > 2:
        return True
    if FILES.fullmatch(labels[-1]):
        return False
    last = host.rpartition(".")[2]
    if last.istitle() and not host[:1].isupper():
        return False  # a sentence that begins without a space before it
    return announced or not WORDS.fullmatch(labels[-1])


def _suffix_known(host: str) -> bool:
    try:
        return has_known_suffix(read(f"http://{host}").host)
    except NotAnAddress:
        return False


def _alone_or_announced(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rsplit("\n", 1)[-1]
    after = text[match.end() :].split("\n", 1)[0]
    words = before.split()
    if not words:
        return not after.strip(TRAILING + " ")
    return words[-1].endswith(":") or bool(CUES.fullmatch(words[-1].lower()))


def _between_angles(text: str, start: int) -> int | None:
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


def _unwrap(text: str, whole: int, start: int, end: int) -> tuple[str, int]:
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
        match["bare"] and not _suffix_known(_refang(match["host"], everywhere=True))
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
