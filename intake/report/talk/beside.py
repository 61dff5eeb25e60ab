"""What the desk shows of talks with reporters: how much is new."""

from collections.abc import Hashable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.beside import Beside, Tray
from intake.report.talk.queries import count_waiting


class Talks:
    """Messages of reporters, as a tray of the desk."""

    def trays(self, user: User) -> Sequence[Tray]:
        return [Tray(reverse("talk:tray"), _("Messages of reporters"), count_waiting(user))]

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Sequence[Beside]]:
        """Nothing of its own: the way to a talk stands with what else there is of a report."""
        return {}

    def reporters(self, statement_ids: Sequence[int]) -> Mapping[int, Hashable]:
        return {}
