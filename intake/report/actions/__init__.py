"""What visitors, counsellors and the worker do with reports."""

from intake.removal.actions import StatementFacts
from intake.report.actions.adding import Added, TooManyLinks, add_links
from intake.report.actions.by_phone import FilledIn, fill_in_report, open_with_word
from intake.report.actions.changing import erase_report, go_ahead, say_seen, withdraw_mandates
from intake.report.actions.dossiers import (
    NoDossierError,
    agree_to_dossier,
    make_dossier,
    withdraw_dossier,
)
from intake.report.actions.keeping import read_report, settle_reports
from intake.report.actions.leads import (
    LeadFacts,
    NotThisLead,
    address_found,
    given_to_hotline,
    nothing_found,
    open_lead,
)
from intake.report.actions.submitting import (
    MAX_LINKS,
    AlreadySent,
    LinkFacts,
    ReportFacts,
    Submitted,
    address_in,
    submit_report,
)
from intake.report.actions.telling import ask_for_news, saw_news, send_due_news, stop_news
from intake.report.declarations import DECLARATION_VERSION, DECLARATIONS, MANDATE_VERSION, MANDATES
from intake.report.links import find_links

__all__ = [
    "DECLARATIONS",
    "DECLARATION_VERSION",
    "MANDATES",
    "MANDATE_VERSION",
    "MAX_LINKS",
    "Added",
    "AlreadySent",
    "FilledIn",
    "LeadFacts",
    "LinkFacts",
    "NoDossierError",
    "NotThisLead",
    "ReportFacts",
    "StatementFacts",
    "Submitted",
    "TooManyLinks",
    "add_links",
    "address_found",
    "address_in",
    "agree_to_dossier",
    "ask_for_news",
    "erase_report",
    "fill_in_report",
    "find_links",
    "given_to_hotline",
    "go_ahead",
    "make_dossier",
    "nothing_found",
    "open_lead",
    "open_with_word",
    "read_report",
    "saw_news",
    "say_seen",
    "send_due_news",
    "settle_reports",
    "stop_news",
    "submit_report",
    "withdraw_dossier",
    "withdraw_mandates",
]
