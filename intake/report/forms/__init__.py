"""The forms of a report and of its status page."""

from intake.report.forms.code import LastGroupForm, WordForm
from intake.report.forms.desk import HotlineForm, LeadForm
from intake.report.forms.details import DetailsForm
from intake.report.forms.dossier import DossierForm
from intake.report.forms.news import NewsForm
from intake.report.forms.per_link import DifferForm
from intake.report.forms.proof import ProofForm
from intake.report.forms.steps import FORMS
from intake.report.forms.way_back import CodeForm, EraseForm, GoAheadForm
from intake.report.forms.without_link import AccountForm, SearchForm

__all__ = [
    "FORMS",
    "AccountForm",
    "CodeForm",
    "DetailsForm",
    "DifferForm",
    "DossierForm",
    "EraseForm",
    "GoAheadForm",
    "HotlineForm",
    "LastGroupForm",
    "LeadForm",
    "NewsForm",
    "ProofForm",
    "SearchForm",
    "WordForm",
]
