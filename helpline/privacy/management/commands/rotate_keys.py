"""Take the next step in rotating the master key, as the worker does by itself."""

from django.core.management.base import BaseCommand

from helpline.privacy.vault.keys import rotate_master


class Command(BaseCommand):
    help = "Wrap keys with a new master key once a day, and destroy the old one after a while."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{rotate_master()} keys rewrapped.")
