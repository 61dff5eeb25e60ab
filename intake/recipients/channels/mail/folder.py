"""Where mail goes when the settings name a folder: a demo must not write to anyone."""

import os
import uuid
from pathlib import Path

from django.utils import timezone

from intake.recipients.channels.base import Outcome, Result


def keep(message: bytes, folder: Path) -> Outcome:
    """Put a message in the folder, for nobody but the owner of the site to read."""
    path = folder / f"{timezone.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(message)
    except OSError as error:
        return Outcome(Result.NOT_SENT, type(error).__name__, retryable=True)
    return Outcome(Result.ACCEPTED, "kept in a folder, not sent")
