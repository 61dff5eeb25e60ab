"""The figures: a table, a chart beside it, and a file in which small numbers do not show."""

import csv
from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chat.answers import Grade
from chat.floor import chart, periods
from chat.floor import figures as floor_figures
from chat.floor.figures import FEWEST, Figures, Tally, outside, outside_minutes
from chat.floor.periods import Period
from chat.floor.views.shared import around, of_service
from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.decorators import StaffRequest


def _asked(request: StaffRequest, months: Sequence[Period]) -> Period:
    """The shift, or the month that was chosen: this one when it is none of those we have."""
    if request.GET.get("period") != "month":
        return periods.shift()
    chosen = request.GET.get("month")
    return next((month for month in months if month.name == chosen), months[0])


@require_GET
@of_service
def figures(request: StaffRequest, service: Service) -> HttpResponse:
    """What was offered, accepted and left, how long people waited, themes and the survey."""
    months = periods.months(service)
    period = _asked(request, months)
    shown = floor_figures.of(service, period)
    return render(
        request,
        "floor/figures.html",
        {
            **around(request, service, _("Figures"), here="figures"),
            "period": period,
            "months": months,
            "figures": shown,
            "grades": Grade.labels,
            "chart": chart.bars(shown),
            "fewest": FEWEST,
            "hours": periods.SHIFT_HOURS,
        },
    )


@require_GET
@of_service
def export(request: StaffRequest, service: Service) -> HttpResponse:
    """The same as a file. That it was made is on record, since it leaves the house."""
    period = _asked(request, periods.months(service))
    shown = floor_figures.of(service, period)
    audit.record(
        by=request.user,
        action="export_figures",
        subject_kind="service",
        subject_id=str(service.pk),
    )
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{service.slug}-{period.name}.csv"',
            "Cache-Control": "no-store",
        },
    )
    answer.write("\ufeff")  # without it a spreadsheet takes the letters for another alphabet
    csv.writer(answer).writerows(_lines(shown, period))
    return answer


def _lines(shown: Figures, period: Period) -> Iterator[list[str]]:
    yield [
        _("From"),
        _("Offered"),
        _("Accepted"),
        _("Left while waiting"),
        _("Wait in minutes, half at most"),
        _("Wait in minutes, 9 in 10 at most"),
        _("Left after, in minutes, half at most"),
        _("Duration in minutes, half at most"),
    ]
    for row in shown.rows:
        moment = timezone.localtime(row.begins)
        yield _line(f"{moment:%Y-%m-%d %H:%M}" if period.by_hour else f"{moment:%Y-%m-%d}", row)
    yield _line(_("Together"), shown.total)
    if shown.themes:
        yield []
        yield [_("Theme"), _("Chats")]
        yield from ([theme, outside(count)] for theme, count in shown.themes)
    if not period.by_hour:
        yield []
        yield [_("What visitors said afterwards"), *map(str, Grade.labels)]
        yield from ([question.text, *question.answers] for question in shown.survey)


def _line(label: str, row: Tally) -> list[str]:
    return [
        label,
        outside(row.offered),
        outside(row.accepted),
        outside(row.left),
        outside_minutes(row.waits, 0.5),
        outside_minutes(row.waits, 0.9),
        outside_minutes(row.left_after, 0.5),
        outside_minutes(row.durations, 0.5),
    ]
