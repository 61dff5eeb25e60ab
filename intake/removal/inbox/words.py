"""What somebody wrote in a mail, without what they quote from ours and without their signature.

Only what is surely quoted goes: too much left is read past, too much taken is lost.
"""

import re
from collections.abc import Sequence

QUOTED = re.compile(r"\s{0,3}(>|\|\s)")
# "On Monday somebody wrote:", also over two or three lines.
BEGINS = re.compile(
    r"[*_\s]*(On|Op|Am|Le|El|Il|Em|Den|W dniu|Na|Dne)\b.*\d", re.IGNORECASE | re.DOTALL
)
WROTE = re.compile(
    r"(wrote|schreef( het volgende)?|schrieb|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?|"
    r"skrev|napsal\(?a?\)?|написала?)\s*:\s*$",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"[*_\s]*(From|Sent|Date|To|Cc|Subject|Reply-To|Van|Verzonden|Verstuurd|Datum|Aan|Onderwerp|"
    r"Von|Gesendet|An|Betreff|De|Envoyé|À|Objet|Da|Inviato|A|Oggetto|"
    r"От|Отправлено|Дата|Кому|Тема)\s*:[*_]*(\s|$)",
    re.IGNORECASE,
)
HEADERS_TOGETHER = 3
ORIGINAL = re.compile(
    r"\s*[-_]{2,}\s*(Original Message|Oorspronkelijk bericht|Ursprüngliche Nachricht|"
    r"Message d'origine|Forwarded message|Doorgestuurd bericht|Mensaje original)\s*[-_]{2,}\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*[-_=*]{3,}\s*$")
SIGNATURE = re.compile(r"--\s*$")
FROM_A_PHONE = re.compile(
    r"\s*(Sent from my|Sent with|Get Outlook for|Verstuurd vanaf mijn|Verzonden vanaf mijn|"
    r"Gesendet von meinem|Envoyé de mon) \S+( \S+){0,2}\s*(\(\S+\))?$",
    re.IGNORECASE,
)
SHORTEST_OF_OURS = 10


def reply_of(text: str, ours: str = "") -> str:
    """The words of a reply. ``ours`` is what we wrote, whose lines are left out wherever they are.

    Nothing is left of a mail that only quotes.
    """
    sent = {line.strip() for line in ours.splitlines() if len(line.strip()) >= SHORTEST_OF_OURS}
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if SIGNATURE.match(line) or ORIGINAL.match(line) or _is_header_block(lines, at):
            break
        long = _introduction(lines, at)
        if long:
            after = next((other for other in lines[at + long :] if other.strip()), "")
            if not QUOTED.match(after):
                break
            at += long
            continue
        if not (QUOTED.match(line) or FROM_A_PHONE.match(line) or line.strip() in sent):
            kept.append(line.rstrip())
        at += 1
    while kept and (not kept[-1] or RULE.match(kept[-1])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _introduction(lines: Sequence[str], at: int) -> int:
    """Over how many lines a quotation is introduced here, or 0."""
    first = lines[at]
    if not first.strip():
        return 0
    for long in (1, 2, 3):
        together = " ".join(lines[at : at + long]).rstrip()
        if len(together) < 400 and BEGINS.match(together) and WROTE.search(together):
            return long
    # Whatever the language: a day and a colon, then a quotation.
    for long in (1, 2):
        together = " ".join(lines[at : at + long]).rstrip()
        after = next((line for line in lines[at + long : at + long + 2] if line.strip()), "")
        is_one = together.endswith(":") and re.search(r"\d", first) and QUOTED.match(after)
        if is_one and (long == 1 or "@" in together):
            return long
    return 0


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the head of another mail begins here: several lines such as "From:" and "To:"."""
    if not HEADER.match(lines[at]):
        return False
    together = 0
    for line in lines[at : at + 2 * HEADERS_TOGETHER]:
        if not line.strip():
            break
        together += bool(HEADER.match(line))
    return together >= HEADERS_TOGETHER
