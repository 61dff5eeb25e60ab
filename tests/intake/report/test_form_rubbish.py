"""Rubbish in every field of every form that staff have about reports: talks, dossiers, what was told
without a link, and reports by phone. The forms are the URLconf's own. One that is added there and not
tried here fails.
"""

import logging
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from helpline.services.queries import default_service
from intake.report.actions import (
    LeadFacts,
    LinkFacts,
    ReportFacts,
    agree_to_dossier,
    submit_report,
)
from intake.report.leads import Told
from intake.report.models import Report
from intake.report.states import DossierFor, LeadKind
from intake.report.talk import actions as talk
from tests.helpline.test_console_doors import walk
from tests.intake.removal.factories import ADULT, MINOR, person
from tests.intake.report.walk import Walk
from tests.rubbish import MARK, fill_with_rubbish, rubbish_in, send_no_form
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

SPACES = ("talk:", "leads:", "dossiers:", "report_phone:")
NO_FORM = {
    *("talk:tray", "talk:talk", "leads:waiting", "leads:lead"),
    *("dossiers:agreed", "dossiers:dossier"),
}
NAMES = sorted(
    {name for name, _address in walk(get_resolver().url_patterns) if name.startswith(SPACES)}
    - NO_FORM
)
# By the name of the form; what is in it once it is right.
RIGHT: dict[str, dict[str, Any]] = {
    "talk:write": {"key": str(uuid.UUID(int=4)), "text": "Gevraagd.", "upto": "UPTO", "about": ""},
    "talk:no-answer": {"upto": "UPTO"},
    "leads:settle": {"outcome": "found", "address": "https://example.org/lisa"},
    "leads:settle minor": {"outcome": "hotline", "reference": "AB-12"},
    "dossiers:make": {"reader": "lawyer", "language": "nl"},
}
TRIED = sorted({*NAMES, *RIGHT})
Filled = tuple[Client, str, dict[str, Any]]


@pytest.fixture
def report() -> Report:
    account = Told(LeadKind.ACCOUNT, "Signal", f"{MARK} 03")
    made = submit_report(
        service=default_service(),
        links=[LinkFacts(f"https://example.org/{MARK}", ADULT)],
        leads=[LeadFacts(account, ADULT), LeadFacts(Told(LeadKind.SEARCH, "Google", MARK), MINOR)],
        about=ReportFacts(),
    ).report
    agree_to_dossier(report=made, reader=DossierFor.LAWYER)
    return made


@pytest.fixture
def filled(request: pytest.FixtureRequest, report: Report) -> Filled:
    """A browser, an address and the right fields of the form that a test asks for."""
    name: str = request.param
    route, _space, minor = name.partition(" ")
    client = sign_in(person())
    if route == "report_phone:report":
        return client, reverse(route), on_the_phone()
    said = talk.say(report=report, text=MARK, client_id=uuid.uuid4())
    which: dict[str, Any] = {"report_id": report.pk}
    if route == "leads:settle":
        which = {"lead_id": report.leads.get(possibly_minor=bool(minor)).pk}
    right = {key: str(said.pk) if v == "UPTO" else v for key, v in RIGHT[name].items()}
    return client, reverse(route, kwargs=which), right


def on_the_phone() -> dict[str, Any]:
    """The visitor's own pages, filled in to the last; a counsellor sends the same fields."""
    step = Walk(Client())
    step.to("check")
    return {**step.page.fields, "go": "send"}


def test_every_form_is_tried() -> None:
    assert set(NAMES) == {name.split()[0] for name in TRIED}


@pytest.mark.parametrize("filled", TRIED, indirect=True)
def test_rubbish_in_a_form(filled: Filled, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fill_with_rubbish(*filled)
    assert rubbish_in(caplog) == []


@pytest.mark.parametrize("filled", TRIED, indirect=True)
def test_half_a_form_breaks_nothing(filled: Filled) -> None:
    client, address, _right = filled
    send_no_form(client, address)
