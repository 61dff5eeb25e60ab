"""The pages of a report and of its status, for visitors."""

from intake.report.views.way_back import status
from intake.report.views.way_in import report

__all__ = ["report", "status"]
