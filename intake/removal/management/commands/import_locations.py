"""manage.py import_locations FILE: addresses that were reported elsewhere, from CSV or XARF."""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpline.services.models import Service
from helpline.services.queries import default_service
from intake.removal.actions.importing import (
    ElsewhereError,
    Kind,
    NotOurFileError,
    Progress,
    import_file,
)
from intake.removal.actions.importing.reading import COLUMNS

WIDTH = 30
WORDS = {
    "empty": "no address",
    "too_long": "the address is too long",
    "not_web": "not a web address",
    "unreadable": "the address cannot be read",
    "incomplete": "the address is not complete",
    "private": "an address of a private network",
    "line": "the line cannot be read",
    "value": "a column holds what it cannot hold",
    "subject": "a report about something else",
}


class Command(BaseCommand):
    help = (
        "Take in a file of addresses that were reported elsewhere. CSV: its first line names columns"
        f" out of {', '.join(COLUMNS)}. XARF: one report a line. Cut off, it goes on where it was;"
        " the same file again changes nothing. Lines that cannot be read are named by number."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=[*Kind], help="default: by the file's name")
        parser.add_argument("--service", default="", help="its short name; default: the first")
        parser.add_argument(
            "--workers",
            type=int,
            default=max((os.cpu_count() or 1) - 1, 1),
            help="processes beside this one; 0: none",
        )
        parser.add_argument("--errors", type=Path, help="write what is wrong with which line here")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError("There is no such file.")
        kind = Kind(options["format"] or ("csv" if path.suffix.lower() == ".csv" else "xarf"))
        service = default_service()
        if options["service"]:
            service = Service.objects.filter(slug=options["service"]).first() or service
            if service.slug != options["service"]:
                raise CommandError("There is no such service.")
        errors = options["errors"].open("a") if options["errors"] else None
        bar = Bar(path.stat().st_size, shown=sys.stderr.isatty())

        def tell(progress: Progress) -> None:
            for line, reason in progress.wrong:
                # Never the line itself: what it holds may be an address.
                (errors or self.stderr).write(f"line {line}: {WORDS[reason]}\n")
            bar.show(progress)

        try:
            held = import_file(
                service=service, path=path, kind=kind, workers=options["workers"], tell=tell
            )
        except NotOurFileError as error:
            raise CommandError(str(error)) from None
        except ElsewhereError:
            raise CommandError("Another process imports this file.") from None
        finally:
            bar.end()
            if errors:
                errors.close()
        self.stdout.write(
            f"{held.lines} lines: {held.new} new, {held.known} known, {held.refused} refused"
        )


class Bar:
    """How far it is, on one line of a terminal."""

    def __init__(self, size: int, *, shown: bool) -> None:
        self.size, self.shown = max(size, 1), shown
        self.began = time.monotonic()
        self.before = -1

    def show(self, progress: Progress) -> None:
        if not self.shown:
            return
        done = min(progress.bytes_read / self.size, 1.0)
        if self.before < 0:
            self.before = progress.held.lines
        pace = (progress.held.lines - self.before) / max(time.monotonic() - self.began, 0.001)
        full = "█" * round(done * WIDTH)
        sys.stderr.write(
            f"\r{full:░<{WIDTH}} {done:4.0%}  {progress.held.lines} lines, {pace:.0f} a second "
        )
        sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")
