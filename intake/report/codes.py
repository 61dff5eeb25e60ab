"""The return code of a report: the only way back to it, and only its holder has it."""

from helpline.privacy.return_codes import (
    ALPHABET,
    GROUP,
    grouped,
    is_complete,
    normalised,
    worked_out,
)
from helpline.privacy.vault.sealing import keyed_hash

__all__ = [
    "ALPHABET",
    "GROUP",
    "code_for",
    "grouped",
    "hash_of",
    "is_complete",
    "normalised",
    "submission_hash",
]


def code_for(submission: str) -> str:
    """The code of a submission, without spaces."""
    return worked_out(f"submission {submission}")


def hash_of(code: str) -> bytes:
    """The keyed hash that finds the report of a normalised code."""
    return keyed_hash("code", f"return {code}")


def submission_hash(submission: str) -> bytes:
    """The keyed hash that finds a report again when its form arrives twice."""
    return keyed_hash("token", f"report {submission}")
