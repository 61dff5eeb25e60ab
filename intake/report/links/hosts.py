"""Whether a name without a scheme before it is meant as an address."""

import re

from intake.removal.canonical import NotAnAddress, has_known_suffix, read
from intake.report.links.patterns import TRAILING

# Words that are also a top-level domain: "klaar.de rest" is a missing space, not a host.
WORDS = re.compile(
    "al|am|as|at|be|by|de|do|er|ga|here|how|id|in|is|it|je|la|ma|me|mr|ms|my|na|no|now|nu|om|one|"
    "pa|re|so|st|to|us"
)
FILES = re.compile("zip|mov|md|py|sh|rs|ps")
# After these a name with such an ending is meant as a site.
CUES = re.compile("adres|at|check|from|link|naar|on|op|see|site|to|url|van|via|website|zie|https?")


def is_host(host: str, rest: str, announced: bool) -> bool:
    """Whether a name without a scheme is meant as an address."""
    labels = host.lower().split(".")
    if all(label.isdigit() for label in labels):
        return len(labels) == 4 and bool(rest)  # else a version, a date or an amount
    if "_" in labels[-1] or not suffix_known(host):
        return False
    if labels[0] == "www" or "/" in rest or len(labels) > 2:
        return True
    if FILES.fullmatch(labels[-1]):
        return False
    last = host.rpartition(".")[2]
    if last.istitle() and not host[:1].isupper():
        return False  # a sentence that begins without a space before it
    return announced or not WORDS.fullmatch(labels[-1])


def suffix_known(host: str) -> bool:
    try:
        return has_known_suffix(read(f"http://{host}").host)
    except NotAnAddress:
        return False


def alone_or_announced(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rsplit("\n", 1)[-1]
    after = text[match.end() :].split("\n", 1)[0]
    words = before.split()
    if not words:
        return not after.strip(TRAILING + " ")
    return words[-1].endswith(":") or bool(CUES.fullmatch(words[-1].lower()))
