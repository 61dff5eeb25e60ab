"""What the desk shows of what was told without a link: how much waits, and the way there."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.beside import Beside, Tray
from intake.report.queries import open_leads


class Leads:
    """Accounts and searches without an address, as a tray of the desk."""

    def tray(self, user: User) -> Tray:
        return Tray(reverse("leads:waiting"), _("Told without a link"), open_leads(user).count())

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Beside]:
        return {}
