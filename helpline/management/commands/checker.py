"""The checker: looks whether reported pages are still there, and asks their sites how they are reached.
The one process that reaches them.
"""

import asyncio

from django.conf import settings
from django.core.management.base import CommandError

from helpline.management.commands.worker import Command as Worker
from helpline.worker import CHECKS, Job


class Command(Worker):
    help = "Look whether reported pages are still there, where a caseworker asked for that."
    jobs: tuple[Job, ...] = CHECKS

    def handle(self, *args: object, **options: object) -> None:
        if not settings.HELPLINE_CHECKS:
            raise CommandError(
                "Pages are not looked at on this site. Set HELPLINE_CHECKS=1 for every process, and"
                " give this one a way out of its own (docs/operating.md)."
            )
        if settings.HELPLINE_DRY_RUN:
            raise CommandError("This is a dry run (HELPLINE_DRY_RUN): no reported site is reached.")
        self.stdout.write("checker: looks at pages that are due")
        asyncio.run(self.run())
