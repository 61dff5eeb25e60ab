"""What staff and the worker do with reports."""

from django.db.models import Q
from django.utils import timezone

from helpline.staff.audit import record
from helpline.staff.models import User
from intake.report.models import Report, ReportedLink
from intake.report.permissions import check_can_read
from intake.report.queries import reports_under_way, reports_with_open_leads
from intake.report.talk.queries import reports_that_wait


def read_report(*, report: Report, by: User) -> list[ReportedLink]:
    """Open a report for a member of staff: first on the record, then the words.

    Raises PermissionDenied.
    """
    check_can_read(by, report)
    record(by=by, action="open_report", subject_kind="report", subject_id=str(report.pk))
    return list(report.links.select_related("statement__location"))


def settle_reports() -> int:
    """Note on which reports nothing more happens by itself, and on which it does again.

    A message that waits for a word keeps a report too. From that moment their lifetime counts. Two
    statements. Returns how many changed.
    """
    going_on = (
        Q(pk__in=reports_under_way())
        | Q(pk__in=reports_with_open_leads())
        | Q(pk__in=reports_that_wait())
    )
    settled = Report.objects.filter(settled_at=None).exclude(going_on)
    again = Report.objects.filter(going_on, settled_at__isnull=False)
    return settled.update(settled_at=timezone.now()) + again.update(settled_at=None)
