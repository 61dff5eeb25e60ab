"""Load the made-up recipients of the demo site."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.recipients.demo import load_demo_directory


class Command(BaseCommand):
    help = "Adds recipients on reserved domains, for a demo site. Refuses in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.HELPLINE_DEMO:
            raise CommandError("This is not a demo site.")
        self.stdout.write(f"{load_demo_directory()} demo recipients added.")
