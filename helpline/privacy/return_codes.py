"""What a code looks like that leads back: to a report, to a chat. Only its holder has it.

80 random-looking bits in Crockford's base 32 (no I, L, O or U), in four groups of four. Only a
keyed hash of it is kept. Source of the alphabet and of what is forgiven: Douglas Crockford,
"Base 32", crockford.com/base32.html.

A code is not drawn by chance but worked out, with the site's key, from the form that asked for it: a
form that arrives twice gives the same code twice, and nobody without the key file can work it out.
"""

import unicodedata

from helpline.privacy.vault.sealing import keyed_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
# What a person reads or types for a letter or digit of the alphabet; U is left out of it only to
# avoid words, and is most often a V that was read wrong.
FORGIVEN = str.maketrans("ILOU", "110V")


def worked_out(origin: str) -> str:
    """The code of what it originates from, without spaces."""
    number = int.from_bytes(keyed_hash("code", origin)[:10])
    return "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def grouped(code: str) -> str:
    """The code as shown: four groups of four."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def normalised(typed: str) -> str:
    """What somebody typed as the code it stands for: case, spaces, dashes and look-alikes forgiven."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(char for char in plain if char.isalnum()).translate(FORGIVEN)


def is_complete(code: str) -> bool:
    """Whether normalised text has the shape of a code."""
    return len(code) == LENGTH and all(char in ALPHABET for char in code)
