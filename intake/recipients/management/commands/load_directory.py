"""Load the shipped directory of well-known recipients, or one that another site exported."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from intake.recipients.actions import load_directory
from intake.recipients.directory import Entry
from intake.recipients.directory.as_file import UnreadableError, read


class Command(BaseCommand):
    help = "Adds well-known recipients, switched off. Keeps what people confirmed or edited."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="an exported directory, .toml or .csv"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        try:
            added, renewed = load_directory(None if path is None else self.entries_of(path))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write(f"{added} recipients added, {renewed} renewed.")

    def entries_of(self, path: Path) -> list[Entry]:
        """The entries of a file, or the reason why it has none."""
        kind = path.suffix.removeprefix(".")
        if kind not in ("toml", "csv"):
            raise CommandError("A directory is a .toml or a .csv file.")
        try:
            # Line ends inside a cell stay as they are.
            with path.open(encoding="utf-8", newline="") as file:
                return read(file.read(), kind=kind)
        except UnicodeDecodeError:
            raise CommandError(
                f"{path.name} cannot be read: it is not text in UTF-8. From a spreadsheet, save it"
                " as CSV UTF-8."
            ) from None
        except (OSError, UnreadableError) as error:
            raise CommandError(f"{path.name} cannot be read: {error}") from None
