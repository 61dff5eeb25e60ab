"""The forms of a report and of its status page."""

from intake.report.forms.code import LastGroupForm, WordForm
from intake.report.forms.news import NewsForm
from intake.report.forms.per_link import DifferForm
from intake.report.forms.proof import ProofForm
from intake.report.forms.steps import FORMS
from intake.report.forms.way_back import CodeForm, EraseForm, GoAheadForm

__all__ = [
    "FORMS",
    "CodeForm",
    "DifferForm",
    "EraseForm",
    "GoAheadForm",
    "LastGroupForm",
    "NewsForm",
    "ProofForm",
    "WordForm",
]
