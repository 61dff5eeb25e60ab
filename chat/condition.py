"""Whether people can chat, told from what the chat stands on."""

from enum import StrEnum


class Condition(StrEnum):
    """How the chat is."""

    OK = "ok"
    SLOWER = "slower"  # a message comes at the next look at the database, not at once
    AWAY = "away"


def condition(*, database: bool, keys: bool, valkey: bool) -> Condition:
    """How the chat is when its database, its key store and Valkey answer or do not.

    Without keys nobody can begin, and nothing that was said can be opened. Without Valkey the
    processes cannot tell each other of a message; they find it in the database.
    """
    if not (database and keys):
        return Condition.AWAY
    return Condition.OK if valkey else Condition.SLOWER
