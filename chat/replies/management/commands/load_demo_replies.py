"""Fills a demo site with prepared replies in both languages."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.replies.demo import load_demo_replies


class Command(BaseCommand):
    help = "Load the prepared replies of the demo site. Running it again changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.HELPLINE_DEMO:
            raise CommandError("This is not a demo site (HELPLINE_DEMO is off): nothing was done.")
        added = load_demo_replies()
        self.stdout.write(
            f"Prepared replies: {added} made." if added else "Prepared replies: all there."
        )
