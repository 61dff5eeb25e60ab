"""Make the master key file, once."""

from django.core.management.base import BaseCommand

from helpline.privacy.vault.master import create_key_file, key_file


class Command(BaseCommand):
    help = "Write a new master key file where HELPLINE_KEY_FILE points, unless there is one."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        if create_key_file():
            self.stdout.write(
                f"A new master key stands in {key_file()}. Keep it apart from backups."
            )
        else:
            self.stdout.write("There is a master key file already; nothing changed.")
