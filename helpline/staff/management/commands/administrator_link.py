"""The first administrator of a site, and the way back for one who has nobody to ask."""

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from helpline.services.queries import default_service
from helpline.staff import audit
from helpline.staff.actions.links import Link, make_link
from helpline.staff.actions.resets import begin_anew
from helpline.staff.models import Membership, User
from helpline.staff.permissions import has_role
from helpline.staff.states import Role


class Command(BaseCommand):
    help = (
        "Print a link, good once and for three days, with which an administrator sets a password"
        " and a second step. Makes the account when there is none of that name; takes the password"
        " and second step away when there is. It is on record as done by the system."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="the user name")
        parser.add_argument("--mail", default="", help="the mail address of a new account")

    def handle(self, *args: object, **options: object) -> None:
        name, address = str(options["account"]), str(options["mail"])
        with transaction.atomic():
            person = User.objects.select_for_update().filter(username=name).first()
            link = self.begin_anew(person) if person else self.make(name, address)
            audit.record_person(by=None, action="administrator_link", person=link.invitation.user)
        self.stdout.write(link.address)

    def make(self, name: str, address: str) -> Link:
        if not address:
            raise CommandError("There is no such account. For a new one give --mail.")
        validate_email(address)
        person = User.objects.create_user(name, address, is_superuser=True)
        person.groups.set([Group.objects.get(name=Role.ADMINISTRATOR)])
        Membership.objects.create(user=person, service=default_service())
        return make_link(person, by=None)

    def begin_anew(self, person: User) -> Link:
        is_off = person.has_usable_password() and not person.is_active
        if is_off or not has_role(person, Role.ADMINISTRATOR):
            raise CommandError(
                "That account is no administrator, or is switched off: ask one, in the console."
            )
        return begin_anew(person, by=None)
