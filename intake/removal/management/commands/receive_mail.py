"""Take one mail from a mail server, on standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error

from helpline.privacy.vault.errors import VaultError
from intake.removal.actions.mail import take_mail
from intake.removal.inbox.reading import MOST_BYTES

TRY_LATER = 75  # what mail servers know as "keep it, and try again"


class Command(BaseCommand):
    help = "Takes one mail about a notice on standard input, for a mail server's pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="whom the mail server has it for")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):
            pass  # attachments: a mail server that cannot write them all would think we failed
        try:
            take_mail(raw, to=options["to"])
        except (Error, VaultError):
            sys.exit(TRY_LATER)
