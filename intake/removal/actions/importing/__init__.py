"""A file of addresses that were reported elsewhere comes in: a year of another desk, or a list.

Each part of the file is stored together with how far it was read, so that an import that was cut
off goes on there, and the same file again changes nothing. An address becomes one location however
often it is reported; the most careful word about the age counts. Whom the directory names is
proposed; of a possible minor's location nothing is made ready but itself, and the worker hands it
over.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connections
from django.utils import timezone

from helpline.privacy.vault.sealing import blind_index
from helpline.services.models import Service
from helpline.staff import audit
from intake.recipients.queries import domains_in_use
from intake.removal.actions.importing.preparing import Source, prepared_parts
from intake.removal.actions.importing.reading import Kind, NotOurFileError, reader
from intake.removal.actions.importing.storing import ElsewhereError, store
from intake.removal.models import Import

__all__ = ["ElsewhereError", "Kind", "NotOurFileError", "Progress", "import_file"]

FILE_INDEX = "import file"


@dataclass(frozen=True)
class Progress:
    """How far a file is read, and which lines of the last part could not be."""

    held: Import
    bytes_read: int
    wrong: list[tuple[int, str]]


def import_file(
    *,
    service: Service,
    path: Path,
    kind: Kind,
    workers: int = 0,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Import:
    """Read a file to its end, from where it was left. ``tell`` hears of each part that is stored.

    With ``workers`` that many processes make the parts ready while this one stores them. Raises
    NotOurFileError, ElsewhereError.
    """
    reader(path, kind)  # a file that is none is refused before anything is kept
    held, _is_new = Import.objects.get_or_create(
        service=service, file_index=_file_index(path), defaults={"started_at": timezone.now()}
    )
    if held.finished_at is not None:
        return held
    held.service = service
    audit.record(by=None, action="import_locations", subject_kind="import", subject_id=str(held.pk))
    source = Source(path, kind, held.lines, domains_in_use())
    if workers:
        # A connection is not shared with a process that is forked.
        connections.close_all()
    with prepared_parts(source, workers=workers) as parts:
        for part in parts:
            store(held, part)
            tell(Progress(held, part.end, part.wrong))
    held.finished_at = timezone.now()
    held.save(update_fields=["finished_at"])
    return held


def _file_index(path: Path) -> bytes:
    """What a file is known by: a keyed hash of its content."""
    with path.open("rb") as file:
        return blind_index(FILE_INDEX, hashlib.file_digest(file, "sha256").hexdigest())
