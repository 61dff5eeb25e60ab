"""Fills an empty site with the demo's pages in both languages."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from content.actions import NotADemoSite, load_demo_site


class Command(BaseCommand):
    help = "Load the pages of the demo site. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.HELPLINE_DEMO:
            raise CommandError("This is not a demo site (HELPLINE_DEMO is off): nothing was done.")
        try:
            made = load_demo_site()
        except NotADemoSite:
            raise CommandError("This site has pages of its own: nothing was done.") from None
        self.stdout.write(f"Demo pages: {made} made." if made else "Demo pages: all there.")
