"""What staff and the worker do with reports."""

from django.utils import timezone

from helpline.staff.audit import record
from helpline.staff.models import User
from intake.report.models import Report, ReportedLink
from intake.report.permissions import check_can_read
from intake.report.queries import reports_under_way


def read_report(*, report: Report, by: User) -> list[ReportedLink]:
    """Open a report for a member of staff: first on the record, then the words.

    Raises PermissionDenied.
    """
    check_can_read(by, report)
    record(by=by, action="open_report", subject_kind="report", subject_id=str(report.pk))
    return list(report.links.select_related("statement__location"))


def settle_reports() -> int:
    """Note on which reports nothing more happens by itself, and on which it does again.

    From that moment their lifetime counts. Two statements. Returns how many changed.
    """
    settled = Report.objects.filter(settled_at=None).exclude(pk__in=reports_under_way())
    again = Report.objects.filter(settled_at__isnull=False, pk__in=reports_under_way())
    return settled.update(settled_at=timezone.now()) + again.update(settled_at=None)
