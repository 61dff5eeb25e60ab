"""The pages of a report and of its status, for visitors and for who fills one in with a caller."""

from intake.report.views.by_phone import by_phone
from intake.report.views.way_back import status
from intake.report.views.way_in import report

__all__ = ["by_phone", "report", "status"]
