"""The dossier of a recipient, as a PDF: all that it was asked in a period, and how it dealt with that.

It is for an authority or a lawyer, and there is nobody in it: no address, no day, no reference, and no
word that anybody wrote. See docs/decisions/0032.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.platypus import Flowable

from intake.paper import beginning, columns, drawn, pairs, part
from intake.removal.queries.record import Dealt, Record
from intake.removal.tried import one_line, outcome_words

HOURS_A_DAY = 24
# Up to here a length is told in hours.
MOST_HOURS = 72


def dossier_of(record: Record, since: datetime | None) -> bytes:
    """The PDF, in the language of now. Keeps nothing."""
    return drawn([*_opening(record, since), *_sums(record), *_every(record)])


def lasting(length: timedelta) -> str:
    """How long something took: in hours, or when it took longer in days."""
    hours = round(length.total_seconds() / 3600)
    if hours < 1:
        return _("less than an hour")
    if hours < MOST_HOURS:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(hours / HOURS_A_DAY)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _opening(record: Record, since: datetime | None) -> list[Flowable]:
    organisation = settings.HELPLINE_ORGANISATION
    recipient = record.recipient
    lead = _("How %(name)s (%(kind)s) dealt with what %(organisation)s asked.") % {
        "name": one_line(recipient.name),
        "kind": recipient.get_kind_display(),
        "organisation": organisation,
    }
    first = record.dealt[0].month
    period = _("It is about every request that was first made since %(month)s.") % {
        "month": date_format(since.date() if since else first, "F Y")
    }
    return beginning(
        _("Dossier on requests for removal"),
        lead,
        [
            period,
            _("We erase what we do not need any more: what is older may be gone."),
            _(
                "Each request asked to remove one page with intimate images of an adult. Pages that "
                "may show somebody under 18 are left out; for those we ask only the hotline."
            ),
            _(
                "Nobody can be found with this document: no address, name, day or reference stands "
                "in it. Who has the right to see a notice can ask us for it."
            ),
            _(
                "An answer is what they say. “Gone” means that we found it so ourselves; it can have "
                "been gone earlier, and somebody else can have removed it."
            ),
        ],
    )


def _sums(record: Record) -> list[Flowable]:
    asked = len(record.dealt)
    rows = [
        (_("Asked"), ngettext("%(count)d request", "%(count)d requests", asked) % {"count": asked}),
        (_("Answered"), _share(record.answered, asked, record.answered_after)),
        (_("Gone"), _share(record.gone, asked, record.gone_after)),
        (_("Refused"), _share(record.refused, asked)),
        (_("Said not to be theirs"), _share(record.not_theirs, asked)),
        (_("Not answered in time"), _share(record.silent, asked)),
        (_("Message refused or sent back"), _share(record.bounced, asked)),
        (_("Said to be done, and it was not"), _share(record.contradicted, asked)),
    ]
    return [
        *part(
            _("Together"),
            (_("A request can stand in more than one line: one after another."), "body"),
        ),
        pairs(rows),
    ]


def _share(count: int, asked: int, half: timedelta | None = None) -> str:
    words = _("%(count)d of %(all)d") % {"count": count, "all": asked}
    if half is None:
        return words
    return words + "; " + _("half of these within %(time)s") % {"time": lasting(half)}


def _every(record: Record) -> list[Flowable]:
    head = [
        _("First asked"),
        _("No."),
        _("Why"),
        _("Times"),
        _("First answer after"),
        _("What came of it"),
        _("Gone after"),
    ]
    rows = [_row(number, one) for number, one in enumerate(record.dealt, 1)]
    return [*part(_("Every request")), columns(head, rows, [14, 4, 20, 6, 11, 20, 9])]


def _row(number: int, one: Dealt) -> list[str]:
    return [
        date_format(one.month, "F Y"),
        str(number),
        one.ground,
        str(one.times),
        lasting(one.answered_after) if one.answered_after is not None else "–",
        outcome_words(one.outcome),
        lasting(one.gone_after) if one.gone_after is not None else "–",
    ]
