"""What caseworkers and administrators do with recipients."""

from intake.recipients.actions.directory import (
    confirm_entry,
    keep_entry,
    load_directory,
    retire_entry,
)
from intake.recipients.actions.looking_up import (
    ask_front,
    confirm,
    keep_said_by_site,
    look_up,
    renew,
)

__all__ = [
    "ask_front",
    "confirm",
    "confirm_entry",
    "keep_entry",
    "keep_said_by_site",
    "load_directory",
    "look_up",
    "renew",
    "retire_entry",
]
