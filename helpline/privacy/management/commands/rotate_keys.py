"""Rotate the master key now; the worker does it every night."""

from django.core.management.base import BaseCommand

from helpline.privacy.vault.keys import rotate_master


class Command(BaseCommand):
    help = "Wrap every key with a new master key and destroy the old one."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{rotate_master()} keys rewrapped.")
