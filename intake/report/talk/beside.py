"""What the desk shows of talks with reporters: how much is new, and the way there."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.beside import Beside, Tray
from intake.report.talk.queries import count_waiting, new_by_statement, page_of


class Talks:
    """Messages of reporters, beside each report of a location and as a tray of the desk."""

    def tray(self, user: User) -> Tray:
        return Tray(reverse("talk:tray"), _("Messages of reporters"), count_waiting(user))

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Beside]:
        return {
            statement_id: Beside(page_of(report_id), _("Messages with this reporter"), new)
            for statement_id, (report_id, new) in new_by_statement(statement_ids).items()
        }
