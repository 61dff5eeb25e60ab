"""Makes the databases that every test database is a copy of, in a process of its own.

Without an argument it migrates the templates for tests/keeper.py. With "demo" it loads the demo
site into a copy of them, for tests/processes/. The settings point at the databases meant.
"""

import sys
from typing import TextIO

import django
from django.conf import settings
from django.core.management import call_command, get_commands


def migrate() -> None:
    from tests import databases  # noqa: PLC0415 -- needs the settings

    databases.create_empty(settings.TEST_DATABASES)
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    databases.settle()


def load_demo(quiet: TextIO | None = None) -> None:
    from helpline.demo import DEMO_COMMANDS  # noqa: PLC0415 -- needs the settings
    from helpline.privacy.vault.master import create_key_file  # noqa: PLC0415 -- as above
    from helpline.services.models import Service  # noqa: PLC0415 -- as above
    from tests import databases  # noqa: PLC0415 -- as above

    create_key_file()
    known = get_commands()
    for name in DEMO_COMMANDS:
        if name in known:
            call_command(name, stdout=quiet)
    # One counsellor has one chat after another in these tests; those of rest set their own.
    Service.objects.update(breath_minutes=0, heavy_in_a_row=0)
    databases.settle()


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["demo"]:
        load_demo()
    else:
        migrate()
