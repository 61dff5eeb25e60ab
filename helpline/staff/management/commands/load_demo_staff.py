"""Demo accounts, one for each role, for a first look. Only where demo is switched on."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.services.queries import default_service
from helpline.staff.demo import DEMO_PREFIX
from helpline.staff.models import Membership, User
from helpline.staff.permissions import ROLES
from helpline.staff.second_factor import TOLERANCE_STEPS

DEMO_PASSWORD = "demo demo demo"  # noqa: S105 -- printed for everyone; production refuses these accounts
WORK_NAMES = {"counsellor": "Sam", "supervisor": "Robin", "caseworker": "Noor"}
SECOND_COUNSELLOR = ("demo-counsellor-2", "counsellor", "Alex")


class Command(BaseCommand):
    help = (
        "Make a demo account for each role, with a second factor. Running it again changes nothing."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not settings.HELPLINE_DEMO:
            raise CommandError("Demo accounts belong on a demo site: HELPLINE_DEMO is off.")
        for role in ROLES:
            self.make(f"{DEMO_PREFIX}{role}", role, WORK_NAMES.get(role, ""))
        self.make(*SECOND_COUNSELLOR)

    @transaction.atomic
    def make(self, username: str, role: str, work_name: str) -> None:
        user, made = User.objects.get_or_create(
            username=username,
            defaults={"work_name": work_name, "email": f"{username}@helpline.example"},
        )
        if not made:
            return
        user.set_password(DEMO_PASSWORD)
        user.is_superuser = role == "administrator"
        user.save()
        user.groups.set([Group.objects.get(name=role)])
        Membership.objects.create(user=user, service=default_service())
        TOTPDevice.objects.create(
            user=user, name="authenticator", confirmed=True, tolerance=TOLERANCE_STEPS
        )
