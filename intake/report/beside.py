"""What the desk shows of reports: what was told without a link, talks, and dossiers agreed to."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.beside import Beside, Tray
from intake.report.models import ReportedLink
from intake.report.queries import count_waiting
from intake.report.talk.queries import Behind, page_of, reports_behind


class Reports:
    """Accounts and searches without an address and dossiers agreed to, as trays of the desk, and the
    ways to what there is of a report beside each of its statements."""

    def trays(self, user: User) -> Sequence[Tray]:
        leads, dossiers = count_waiting(user)
        return [
            Tray(reverse("leads:waiting"), _("Told without a link"), leads),
            Tray(reverse("dossiers:agreed"), _("Dossiers"), dossiers),
        ]

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Sequence[Beside]]:
        return {
            statement_id: list(_ways_to(report))
            for statement_id, report in reports_behind(statement_ids).items()
        }

    def reporters(self, statement_ids: Sequence[int]) -> Mapping[int, Hashable]:
        links = ReportedLink.objects.filter(statement__in=statement_ids)
        return dict(links.values_list("statement_id", "report_id"))


def _ways_to(report: Behind) -> Iterator[Beside]:
    yield Beside(page_of(report.report_id), _("Messages with this reporter"), report.new)
    if report.of_adult:
        yield Beside(reverse("dossiers:dossier", args=[report.report_id]), _("Dossier"), 0)
