"""Migrates the template databases that every test database is a copy of.

Run by tests/keeper.py in a process of its own, with the settings pointing at the templates.
"""

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    django.setup()
    from tests import databases  # noqa: PLC0415 -- needs the settings

    databases.create_empty("template")
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    databases.settle()


if __name__ == "__main__":
    main()
