"""What is sent of a visitor's answers: the facts of each link, and of each account or search without one."""

import hashlib
from dataclasses import replace

from intake.removal.models import ON_BEHALF, AgeInPicture, Who, YesNo
from intake.report.actions import LeadFacts, LinkFacts, StatementFacts
from intake.report.answers import Answers, says_adult
from intake.report.fields import mark_of


def link_facts(answers: Answers) -> list[LinkFacts]:
    """Of each link, with its own answers where it has them."""
    return [
        LinkFacts(
            link.typed,
            replace(
                _facts(answers, answers.of_link(link)), **answers.details.facts_of(mark_of(link))
            ),
            link.address,
            account=answers.details.of(mark_of(link)).account,
        )
        for link in answers.links
    ]


def lead_facts(answers: Answers) -> list[LeadFacts]:
    """What is known without an address. What was answered for all links holds for it."""
    return [LeadFacts(lead, _facts(answers, answers.values)) for lead in answers.leads]


def submission_of(answers: Answers) -> str:
    """Names exactly this report: the same form sent twice is one, a changed one is another."""
    content = repr([answers.values["situation"], link_facts(answers), lead_facts(answers)])
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{answers.key} {digest}"


def _facts(answers: Answers, said: dict[str, str]) -> StatementFacts:
    who = said["who"] or Who.SKIPPED
    if not says_adult(said):
        # For the hotline the age is enough, and nothing else was asked.
        knows = answers.values["knows"] if who in ON_BEHALF - {Who.LAWYER} else ""
        return StatementFacts(
            reported_by=who,
            age_in_picture=said["age"] or AgeInPicture.SKIPPED,
            person_knows=knows or YesNo.SKIPPED,
        )
    mandate = answers.values["mandate"] if answers.may_allow_us(who) else ""
    authority = answers.values["authority"] if who in ON_BEHALF else ""
    return StatementFacts(
        reported_by=who,
        authority=authority or YesNo.SKIPPED,
        age_in_picture=AgeInPicture.ADULT,
        recognisable=said["recognisable"] or YesNo.SKIPPED,
        agreed=said["agreed"] or YesNo.SKIPPED,
        private_or_secret=said["private_or_secret"] or YesNo.SKIPPED,
        lives_in_nl=said["lives_in_nl"] or YesNo.SKIPPED,
        wish=answers.wish,
        declaration_version=answers.values["declared"],
        mandate_version="" if mandate == "no" else mandate,
    )
