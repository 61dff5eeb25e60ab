"""A machine-readable report (XARF v4) beside a notice, where the recipient wants one.

XARF has no type for an adult's intimate image spread without consent. The nearest that is true is
"exposed data": personal information, put there on purpose. It is used only when the declaration
says as much, and is marked with a tag. A grade of child abuse material is never claimed: nobody
here looks. A possible minor's page is reported as exploitation said by a user, to the hotline only.
"""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from intake.recipients.models import Recipient
from intake.recipients.states import Kind

log = logging.getLogger(__name__)

LONGEST_DESCRIPTION = 1000  # by the schema
DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")  # as the schema has it


class Subject(StrEnum):
    """Who is in the picture, as the reporter declared."""

    ADULT = "adult"
    POSSIBLE_MINOR = "possible_minor"


@dataclass(frozen=True)
class XarfFacts:
    """What was declared about one page. There is no place here for who declared it."""

    subject: Subject
    url: str
    host: str
    declared_at: datetime
    recognisable: bool = False
    without_consent: bool = False
    extortion: bool = False
    # Words of the notice, where no text goes beside the report.
    explanation: str = ""


def build(facts: XarfFacts, *, recipient: Recipient, reply_to: str) -> dict[str, Any] | None:
    """The report for one page, valid by XARF's own schema, or None when no type fits.

    None as well when this recipient did not ask for one. The notice then goes without.
    """
    if not recipient.takes_xarf:
        return None
    fields = _type_and_fields(facts, recipient)
    if fields is None:
        return None
    if facts.explanation:
        fields["description"] = facts.explanation
    if DOMAIN.fullmatch(facts.host):
        fields["domain"] = facts.host
    return _validated(facts, fields, reply_to)


def _type_and_fields(facts: XarfFacts, recipient: Recipient) -> dict[str, Any] | None:
    if facts.subject is Subject.POSSIBLE_MINOR:
        if recipient.kind != Kind.HOTLINE:
            return None
        return {
            "type": "csem",
            "exploitation_type": "sextortion" if facts.extortion else "distribution",
            "detection_method": "user_report",
            "victim_age_range": "unknown",
        }
    if not (facts.recognisable and facts.without_consent):
        return None
    return {
        "type": "exposed_data",
        "data_types": ["personal_information"],
        "exposure_method": "intentional_leak",
        "discovery_source": "user_report",
        "tags": ["ncii:intimate-image"],
    }


def _validated(facts: XarfFacts, fields: dict[str, Any], reply_to: str) -> dict[str, Any] | None:
    # Imported here: it takes half a second, and most notices go without.
    import xarf  # noqa: PLC0415 -- see above

    ours = {
        "org": settings.HELPLINE_ORGANISATION,
        "contact": reply_to,
        "domain": settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")[2],
    }
    made = xarf.create_report(
        category="content",
        source_identifier=facts.host,
        reporter=ours,
        sender=ours,
        url=facts.url,
        evidence_source="user_report",
        verification_method="user_report",
        verified_at=facts.declared_at.astimezone(UTC).isoformat(timespec="seconds"),
        **fields,
    )
    # The library gives a report together with its errors, and only warns of fields it lacks.
    if made.report is None or made.errors or made.warnings:
        log.warning("a XARF report did not validate")
        return None
    report: dict[str, Any] = made.report.model_dump(mode="json", by_alias=True, exclude_none=True)
    if xarf.schema_validator.validate(report):
        log.warning("a XARF report did not validate")
        return None
    return report
