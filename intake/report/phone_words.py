"""The one-time word of a caller: ten digits, which are heard right on the phone in any language.

The first four say which word is meant and are no secret; the six after them are, and there are few
tries for them. Like a return code it is worked out with the site's key, and kept as a keyed hash.
"""

import unicodedata
from datetime import timedelta

from helpline.privacy.vault.sealing import keyed_hash

LENGTH = 10
PLACE = 4
TRIES = 5
WORKS_FOR = timedelta(hours=24)


def word_for(submission: str, turn: int) -> str:
    """The word of a submission; another turn gives another, for when its place is taken."""
    number = int.from_bytes(keyed_hash("code", f"caller {turn} {submission}")[:10])
    return f"{number % 10**LENGTH:0{LENGTH}}"


def grouped(word: str) -> str:
    """The word as it is read aloud: 1234 567 890."""
    return f"{word[:PLACE]} {word[PLACE:7]} {word[7:]}"


def normalised(typed: str) -> str:
    """The digits in what somebody typed, whatever stands between them."""
    return "".join(str(unicodedata.digit(char)) for char in typed if char.isdecimal())[:64]


def place_hash(word: str) -> bytes:
    """The keyed hash of the part that says which word is meant."""
    return keyed_hash("code", f"caller's place {word[:PLACE]}")


def word_hash(word: str) -> bytes:
    """The keyed hash of a whole word."""
    return keyed_hash("code", f"caller's word {word}")


def opened_hash(key: str) -> bytes:
    """The keyed hash of the form a word was opened with."""
    return keyed_hash("token", f"caller's form {key}")
