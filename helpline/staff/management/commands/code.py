"""What an authenticator app would show for a demo account."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpline.staff.demo import DEMO_PREFIX
from helpline.staff.models import User
from helpline.staff.second_factor import current_code

STEP_SECONDS = 30


class Command(BaseCommand):
    help = "Print the one-time code of a demo account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="such as demo-counsellor")

    def handle(self, *args: object, **options: object) -> None:
        account = str(options["account"])
        if not settings.HELPLINE_DEMO or not account.startswith(DEMO_PREFIX):
            raise CommandError("Only demo accounts on a demo site have their codes printed.")
        user = User.objects.filter(username=account).first()
        code = current_code(user) if user else None
        if code is None:
            raise CommandError(f"There is no demo account {account}.")
        left = STEP_SECONDS - int(time.time()) % STEP_SECONDS
        self.stdout.write(code)
        self.stderr.write(f"valid for {left} more seconds")
