"""Load the shipped directory of well-known recipients."""

from typing import Any

from django.core.management.base import BaseCommand

from intake.recipients.actions import load_directory


class Command(BaseCommand):
    help = "Adds well-known recipients, switched off. Keeps what people confirmed or edited."

    def handle(self, *args: Any, **options: Any) -> None:
        added, renewed = load_directory()
        self.stdout.write(f"{added} recipients added, {renewed} renewed.")
