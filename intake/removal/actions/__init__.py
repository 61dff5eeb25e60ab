"""What reporters, caseworkers, recipients and the worker do about reported locations."""

from intake.removal.actions.statements import (
    StatementFacts,
    register_statement,
    release_statement,
    withdraw_mandate,
)

__all__ = [
    "StatementFacts",
    "register_statement",
    "release_statement",
    "withdraw_mandate",
]
