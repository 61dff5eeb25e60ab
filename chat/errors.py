"""What can be wrong, as a code that crosses the wire and gets its words in the reader's language."""

from enum import StrEnum


class Code(StrEnum):
    """Every error code of the chat protocol."""

    MALFORMED = "malformed"  # not a frame of this protocol
    VERSION = "version"  # a page older than the server: reload
    TOO_BIG = "too_big"  # a frame over 16 KiB
    TOO_LONG = "too_long"  # a message over 4 KiB
    EMPTY = "empty"  # a message without words
    SLOW = "slow"  # too many in a short time: wait and send again
    LATER = "later"  # nothing can be kept just now: the database is away or busy
    UNKNOWN = "unknown"  # no such conversation for this token or this member of staff
    SIGN_IN = "sign_in"  # no verified second factor, or not any more
    FORBIDDEN = "forbidden"  # known, but this is not theirs to do
    ENDED = "ended"  # the conversation has ended
    PAUSED = "paused"  # the visitor left in a hurry: do not write
    NOT_YOURS = "not_yours"  # only the owner writes
    TAKEN = "taken"  # a colleague was first
    FULL = "full"  # as many chats as this counsellor can hold
    THEY_ARE_FULL = "they_are_full"  # as many chats as the colleague who is meant can hold
    THEY_ARE_OFF = "they_are_off"  # the colleague who is meant is not on duty, or not there
    OFF_DUTY = "off_duty"  # on a break or off: nobody new comes to them
    GONE = "gone"  # the page to share is not published any more
    ANSWERED = "answered"  # this question was answered before
    RESTING = "resting"  # this counsellor takes a breath after a chat
    HEAVY = "heavy"  # heavy chats in a row: a longer break first


class ChatError(Exception):
    """An action refused. ``who`` is the colleague it concerns, for the loser of a claim."""

    def __init__(self, code: Code, *, who: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.who = who
