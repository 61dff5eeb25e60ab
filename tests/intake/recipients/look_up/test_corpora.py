"""Answers of registers that nobody here wrote."""

import json

import pytest
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.actions import confirm, look_up
from intake.recipients.actions.looking_up import KEPT_FOR
from intake.recipients.lookups.findings import Finding, NoAnswerError
from intake.recipients.lookups.rdap import read_domain, read_network
from intake.recipients.queries import latest_look_up
from intake.recipients.states import Reason
from tests.corpora import corpus, count
from tests.intake.recipients.look_up.world import HOST
from tests.standins.dns import NameServer
from tests.standins.rdap import Register, Reply

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.mark.corpora
def test_corpus_of_register_answers_goes_through_a_whole_look_up(
    registers: Register, names: NameServer, caseworker: User
) -> None:
    """Every answer, served by a register, ends in contacts or in a reason, and in evidence."""
    found = reasons = 0
    for path in sorted(corpus("rdap-whoisit").glob("data_rdap_*.json")):
        answer = json.loads(path.read_text())
        for asked, host in (("ip/203.0.113.7", "203.0.113.7"), ("domain/reported.test", HOST)):
            registers.replies = {asked: Reply(answer)}
            proposals = look_up(host, by=caseworker, again=True)
            kept = latest_look_up(host, since=timezone.now() - KEPT_FOR)
            assert kept is not None
            (evidence,) = [e for e in kept.evidence.all() if e.asked == asked.replace("/", " ")]
            assert bool(proposals) == (evidence.reason == Reason.FOUND), path.name
            found += bool(proposals)
            reasons += not proposals
            for proposal in proposals:
                assert confirm(proposal, by=caseworker).address == proposal.address
    count("rdap answers looked up with a contact", found)
    count("rdap answers looked up with a reason", reasons)
    assert found >= 6


@pytest.mark.corpora
def test_corpus_of_register_answers_gives_a_contact_or_a_reason() -> None:
    found = reasons = 0
    for path in sorted(corpus("rdap-whoisit").glob("data_rdap_*.json")):
        answer = json.loads(path.read_text())
        for read in (read_network, read_domain):
            try:
                finding: Finding = read(path.name, answer)
            except NoAnswerError:
                reasons += 1
                continue
            assert bool(finding.contacts) == (finding.reason is Reason.FOUND)
            right = read_domain if answer["objectClassName"] == "domain" else read_network
            if read is right:
                found += bool(finding.contacts)
                reasons += not finding.contacts
    count("rdap answers with a contact", found)
    count("rdap answers with a reason", reasons)
    assert found >= 6
