"""The dossier of a report, as a PDF for an authority or a lawyer: what was asked of whom, and what came
of it.

It is made only while who holds the code agrees to it, in memory, and names nobody. Who reads it learns
nothing of what was before this report: others may have reported the same page. See
docs/decisions/0032.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from intake.paper import beginning, drawn, moment, pairs, part
from intake.removal.dossier import lasting
from intake.removal.models import LegalGround, YesNo
from intake.removal.queries.asked import Asked
from intake.removal.tried import one_line, outcome_words, way_words
from intake.report.models import DossierAgreement, Report
from intake.report.proof import address_of, happened, stands
from intake.report.queries import LinkProgress


def dossier_of(
    report: Report,
    agreement: DossierAgreement,
    entries: Sequence[LinkProgress],
    asked: Mapping[int, Sequence[Asked]],
) -> bytes:
    """The PDF about these links, in the language of now. Keeps nothing."""
    story = _opening(report, agreement, len(entries))
    for number, entry in enumerate(entries, 1):
        story += _link(number, entry, asked[entry.statement.pk])
    return drawn(story)


def _opening(report: Report, agreement: DossierAgreement, links: int) -> list[Flowable]:
    organisation = settings.HELPLINE_ORGANISATION
    reported = {"when": moment(report.created_at), "organisation": organisation, "count": links}
    # How many are in it, not how many were reported: what is left out does not show.
    lead = ngettext(
        "%(count)d page that was reported to %(organisation)s, and what was done about it.",
        "%(count)d pages that were reported to %(organisation)s, and what was done about them.",
        links,
    )
    return beginning(
        _("Dossier on a report"),
        lead % reported,
        [
            _("Reported on %(when)s.") % reported,
            _("Made for: %(reader)s. Who reported agreed to that on %(when)s.")
            % {"reader": agreement.get_reader_display(), "when": moment(agreement.given_at)},
            _("“We” is %(organisation)s.") % reported,
            _("It does not say who reported. Reporting is anonymous: we do not know it ourselves."),
            _(
                "An answer of a company is what they say. “Checked” means that we found it so ourselves."
            ),
            # Always here, so that it tells nothing of this report.
            _(
                "Pages that may show somebody under 18 never stand in a dossier; for those we ask only "
                "the hotline."
            ),
        ],
    )


def _link(number: int, entry: LinkProgress, asked: Sequence[Asked]) -> list[Flowable]:
    story = part(
        _("Page %(number)d") % {"number": number},
        (address_of(entry.link.as_typed), "address"),
        (stands(entry), "now"),
    )
    story += [pairs(_declared(entry))]
    for one in asked:
        story += [*part(f"{one_line(one.name)} ({one.kind})"), pairs(_asked(one))]
    story += part(_("What happened"))
    return [*story, pairs([(moment(at), what) for at, what in happened(entry)])]


def _declared(entry: LinkProgress) -> list[tuple[str, str]]:
    """What who reported said, as far as it was answered."""
    statement = entry.statement
    rows = [
        (_("Reported by"), str(statement.get_reported_by_display())),
        (_("Age in the picture"), str(statement.get_age_in_picture_display())),
    ]
    rows += [
        (name, str(YesNo(answer).label))
        for name, answer in (
            (_("Agreed to it"), statement.agreed),
            (_("Recognisable"), statement.recognisable),
            (_("Private or filmed in secret"), statement.private_or_secret),
            (_("Lives in the Netherlands"), statement.lives_in_nl),
        )
        if answer != YesNo.SKIPPED
    ]
    if statement.declared_at is not None:
        rows.append((_("Declared to be true"), moment(statement.declared_at)))
    return rows


def _asked(one: Asked) -> list[tuple[str, str]]:
    rows = [
        (_("Asked"), "; ".join(moment(at) for at in one.at) + f" ({way_words(one.way)})"),
        (_("Why"), f"{one.ground} ({_law(one.ground)})"),
        (_("By which procedure"), str(one.route)),
        (_("What came of it"), _outcome(one)),
    ]
    if one.gone_at is not None:
        rows.append((_("Checked: gone"), _after(one, moment(one.gone_at), one.gone_at)))
    return rows


def _law(ground: LegalGround) -> str:
    return ground.law_nl if get_language() == "nl" else ground.law_en


def _outcome(one: Asked) -> str:
    words = outcome_words(one.outcome)
    if one.refused_on:
        words += f" ({one.refused_on})"
    if one.answered_at is None:
        return words
    return _after(one, f"{words}, {moment(one.answered_at)}", one.answered_at)


def _after(one: Asked, words: str, then: datetime) -> str:
    """With how long it took since they were first asked."""
    took = max(then - one.at[0], timedelta())
    return words + ", " + _("%(time)s after they were first asked") % {"time": lasting(took)}
