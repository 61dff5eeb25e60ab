"""What may stand in a log: which part spoke, how loud, and keys from a list. Never a value that
came from a visitor.

Our own code logs a fixed sentence and puts values in ``extra`` under an allowlisted key. Others'
messages lose their arguments, since paths and addresses stand there; their exceptions keep only
type and place.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

OURS = ("helpline", "chat", "intake", "content")
ALLOWED_KEYS = (
    "job",  # a name from the worker's table
    "count",
    "seconds",
    "notice",  # a random reference
    "status",
    "code",  # an error code of the chat protocol
    "service",
    "channel",  # a delivery channel
    "error",  # the type of an exception
)


class AllowlistFormatter(logging.Formatter):
    """One JSON object a line, with nothing in it but the allowlisted keys."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        ours = record.name.split(".")[0] in OURS
        # A message with arguments is a fixed template; one without may be a value already.
        if isinstance(record.msg, str) and (ours or record.args):
            entry["message"] = record.msg
        if ours:
            for key in ALLOWED_KEYS:
                if key in record.__dict__:
                    entry[key] = record.__dict__[key]
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            entry["error"] = record.exc_info[0].__name__
            entry["frames"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
        return json.dumps(entry, default=str)
