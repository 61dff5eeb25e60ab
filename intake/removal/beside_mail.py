"""Mail that came in, as a tray of the desk."""

from collections.abc import Hashable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.beside import Beside, Tray
from intake.removal.queries.mail import count_waiting


class Mail:
    """Mail of recipients that waits to be read."""

    def trays(self, user: User) -> Sequence[Tray]:
        return [Tray(reverse("removal:mail"), _("Mail of recipients"), count_waiting(user))]

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Sequence[Beside]]:
        return {}

    def reporters(self, statement_ids: Sequence[int]) -> Mapping[int, Hashable]:
        return {}
