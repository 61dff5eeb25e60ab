"""Where an address ends, and how it read before somebody took it apart."""

import re

from intake.report.links.hosts import suffix_known
from intake.report.links.patterns import BRACKETED_DOT, TRAILING

# Where one address ends and other text begins although no space stands between.
GLUED = re.compile(
    r"\]\(|\[/|&(?:quot|gt|lt|nbsp);|(?<=[^/=:%?&])[,;|]*(?=https?://)|[,;|](?=www\.)"
)
WRONG_IN_HOST = re.compile(r"[,;!'()|*]")
CLOSING = {")": "(", "]": "[", "}": "{", "’": "‘", "'": "'"}
# Words that begin a sentence: after ".", without a space, they are not the end of an address.
NEXT_SENTENCE = re.compile(
    r"\.(?:Ik|Je|Jij|Hij|Ze|Zij|We|Wij|Er|Het|De|Dit|Dat|Die|Daar|Maar|En|Kan|Kun|Wat|Wie|Mijn|Help|Nu"
    r"|I|You|He|She|It|They|The|This|That|There|But|And|Can|What|My|Please)$"
)
CUT_OFF = re.compile(r"(?:…|\.\.\.)$")


def trimmed(body: str, *, before: str = "") -> str:
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


def refang(text: str, *, everywhere: bool) -> str:
    """The address put together again where somebody took it apart."""
    text = text.replace("\\/", "/").replace(". ", ".")
    host = re.split(r"[/?#\\]", text, maxsplit=1)[0]
    rest = text[len(host) :]
    mended = re.sub(BRACKETED_DOT, ".", host, flags=re.IGNORECASE)
    if everywhere or mended != host:
        rest = re.sub(BRACKETED_DOT, ".", rest, flags=re.IGNORECASE)
    return mended + rest


def host_ends(body: str) -> str:
    """Cut the body where its host ends, when a sentence went on without a space."""
    authority = re.split(r"[/?#\\]", body, maxsplit=1)[0]
    if "@" in authority or authority.startswith("["):
        return body
    wrong = WRONG_IN_HOST.search(authority)
    if wrong and suffix_known(authority[: wrong.start()]):
        return authority[: wrong.start()]
    if authority == body:
        return without_next_sentence(authority)
    return body


def without_next_sentence(host: str) -> str:
    """ "example.org.Daarna" without the word that begins the next sentence."""
    head, _, last = host.rpartition(".")
    if "." in head and last.istitle() and not suffix_known(host) and suffix_known(head):
        return head
    return host
