"""A report that a counsellor fills in with a caller, and how the caller alone comes to its code."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from helpline.services.models import Service
from helpline.staff.audit import record
from helpline.staff.models import User
from intake.report import codes, phone_words
from intake.report.actions.leads import LeadFacts
from intake.report.actions.submitting import (
    SAME_FORM,
    AlreadySent,
    LinkFacts,
    ReportFacts,
    Submitted,
    keep_report,
)
from intake.report.models import PhoneWord, Report
from intake.report.permissions import check_can_fill_in

TURNS = 50


@dataclass(frozen=True)
class FilledIn:
    """A report and the word for its caller. It has no code yet, so nobody can know it."""

    report: Report
    word: PhoneWord
    spoken: str


def fill_in_report(
    *,
    service: Service,
    links: Sequence[LinkFacts],
    about: ReportFacts,
    leads: Sequence[LeadFacts] = (),
    by: User,
    submission_key: str,
) -> FilledIn:
    """Keep a report for a caller, put that on the record, and give the word to read to them.

    The same ``submission_key`` gives the same report and word again for an hour. Raises as
    ``submit_report`` does, and PermissionDenied.
    """
    check_can_fill_in(by, service)
    # Apart from what a visitor's own form can send: the same form there gives no code of this one.
    submission = f"caller {by.pk} {submission_key}"

    def word_and_record(report: Report) -> None:
        _keep_word(report, submission)
        record(by=by, action="fill_in_report", subject_kind="report", subject_id=str(report.pk))

    report = keep_report(
        Report(service=service, situation=about.situation, language=about.language, by_phone=True),
        links,
        leads,
        submission=submission,
        also=word_and_record,
    )
    word = PhoneWord.objects.filter(report=report).first()
    if word is None:
        raise AlreadySent
    return FilledIn(report, word, _spoken(word, submission))


def open_with_word(*, typed: str, key: uuid.UUID, language: str) -> Submitted | None:
    """The report of a caller's word, with its code, which is made here. None when no word fits.

    ``key`` comes from the caller's page: its form sent again shows the code again for an hour.
    ``language`` is that of the page: the report's was the counsellor's until now.
    Unknown, wrong, spent and expired words ask the same two questions of the database.
    """
    word = phone_words.normalised(typed)
    now = timezone.now()
    with transaction.atomic():
        PhoneWord.objects.filter(
            place_hash=phone_words.place_hash(word),
            opened_at=None,
            tries__lte=phone_words.TRIES,
        ).update(tries=F("tries") + 1)
        found = (
            PhoneWord.objects.select_for_update(of=("self",))
            .select_related("report")
            .filter(
                Q(opened_at=None, tries__lte=phone_words.TRIES, ends_at__gt=now)
                | Q(
                    opened_hash=phone_words.opened_hash(str(key)),
                    opened_at__gt=now - SAME_FORM,
                ),
                word_hash=phone_words.word_hash(word),
            )
            .first()
        )
        if found is None:
            return None
        code = codes.code_for(f"caller {found.report_id} {key}")
        if found.opened_at is None:
            found.opened_at, found.opened_hash = now, phone_words.opened_hash(str(key))
            found.save(update_fields=["opened_at", "opened_hash"])
            found.report.code_hash = codes.hash_of(code)
            found.report.language = language
            found.report.save(update_fields=["code_hash", "language"])
    return Submitted(found.report, code)


def _keep_word(report: Report, submission: str) -> None:
    """Give the report a word whose place nobody else's has."""
    for turn in range(TURNS):
        word = phone_words.word_for(submission, turn)
        try:
            with transaction.atomic():
                PhoneWord.objects.create(
                    report=report,
                    place_hash=phone_words.place_hash(word),
                    word_hash=phone_words.word_hash(word),
                    ends_at=report.created_at + phone_words.WORKS_FOR,
                )
        except IntegrityError:
            if turn == TURNS - 1:
                raise
        else:
            return


def _spoken(word: PhoneWord, submission: str) -> str:
    """The word as it is read aloud, worked out again: only its hash is kept."""
    for turn in range(TURNS):
        tried = phone_words.word_for(submission, turn)
        if phone_words.word_hash(tried) == bytes(word.word_hash):
            return phone_words.grouped(tried)
    raise AlreadySent
