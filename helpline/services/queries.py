"""Which service, whether its chat is open, and the help lines that answer when we cannot."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from helpline.services.help_lines import BUILT_IN_NUMBERS, HelpLines, Number
from helpline.services.models import Banner, HelpNumber, Holiday, OpeningHours, Service

DAYS_AHEAD = 15  # how far the next opening is looked for: a holiday and the week after


class ChatState(StrEnum):
    """Whether somebody new may come into the chat, and if not, why."""

    OPEN = "open"
    CLOSED = "closed"
    FULL = "full"  # as many wait as can be helped
    LAST_ENTRY = "last_entry"  # it closes soon: who waits still gets an answer, nobody new does


_known: dict[str, HelpLines] = {}  # as last read here, for when the database is away


def default_service() -> Service:
    """The service a visitor meets when nothing says otherwise: the first one made."""
    return Service.objects.order_by("pk").get(slug="helpline")


def help_lines(language: str) -> HelpLines:
    """The site's help lines in a language, or the built-in ones when it has none.

    Of a site that has none in this language those of another: the right number in a language that
    is not theirs helps somebody, the number of another country does not.
    """
    own: dict[str, list[Number]] = {}
    languages = [language[:2], *(code for code, _name in settings.LANGUAGES)]
    for n in HelpNumber.objects.filter(language__in=languages):
        own.setdefault(n.language, []).append(
            Number(n.name, n.number, n.hours, n.audience, n.purpose, n.everywhere)
        )
    lines = next((own[code] for code in languages if code in own), None)
    if lines is None:
        _known.pop(language[:2], None)
        return built_in(language)
    _known[language[:2]] = HelpLines(lines)
    return _known[language[:2]]


def built_in(language: str) -> HelpLines:
    """The help lines in a language as the code knows them."""
    return HelpLines(BUILT_IN_NUMBERS.get(language[:2], BUILT_IN_NUMBERS["en"]))


def known_help_lines(language: str) -> HelpLines:
    """The help lines as they were when this process last asked, or the built-in ones. Asks nothing."""
    return _known.get(language[:2]) or built_in(language)


def forget_help_lines() -> None:
    """Know none any more, as a process that has just begun."""
    _known.clear()


def banner(language: str) -> str:
    """The urgent line above every page, or nothing."""
    shown = Banner.objects.filter(language=language[:2], shown=True).first()
    return shown.text if shown else ""


def is_open(service: Service, at: datetime | None = None) -> bool:
    """Whether the chat of a service is open at a moment (now, if none is given)."""
    return service.chat_open == "open" or closing(service, at) is not None


def closing(service: Service, at: datetime | None = None) -> datetime | None:
    """When the chat closes by the timetable, while it is open by it. By hand it just closes."""
    if service.chat_open != "timetable":
        return None
    local = timezone.localtime(at or timezone.now())
    for opens, closes in Timetable(service, local.date(), days=1).on(local.date()):
        if opens <= local.time() < closes:
            return timezone.make_aware(datetime.combine(local.date(), closes))
    return None


def chat_state(service: Service, *, waiting: int = 0, at: datetime | None = None) -> ChatState:
    """Whether somebody new may come into the chat of a service, with so many in line.

    Who is in line or in conversation stays there in any of these states.
    """
    at = at or timezone.now()
    closes = closing(service, at)
    if closes is None and service.chat_open != "open":
        return ChatState.CLOSED
    if closes is not None and closes - at <= timedelta(minutes=service.last_entry_minutes):
        return ChatState.LAST_ENTRY
    if service.full_limit is not None and waiting >= service.full_limit:
        return ChatState.FULL
    return ChatState.OPEN


def next_opening(service: Service, at: datetime | None = None) -> datetime | None:
    """When the chat opens next, or None when it is closed by hand or has no hours soon."""
    if service.chat_open == "closed":
        return None
    local = timezone.localtime(at or timezone.now())
    timetable = Timetable(service, local.date(), days=DAYS_AHEAD)
    for ahead in range(DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        for opens, _closes in timetable.on(day):
            moment = timezone.make_aware(datetime.combine(day, opens))
            if moment > local:
                return moment
    return None


class Timetable:
    """The hours of a service over some days, read in two queries."""

    def __init__(self, service: Service, first: date, *, days: int) -> None:
        self.weekdays: dict[int, list[tuple[time, time]]] = {}
        hours = OpeningHours.objects.filter(service=service)
        for weekday, opens, closes in hours.values_list("weekday", "opens", "closes"):
            self.weekdays.setdefault(weekday, []).append((opens, closes))
        holidays = Holiday.objects.filter(
            service=service, date__gte=first, date__lt=first + timedelta(days=days)
        )
        self.holidays = {holiday.date: holiday for holiday in holidays}

    def on(self, day: date) -> list[tuple[time, time]]:
        """The stretches in which the chat is open on a date: a holiday's own, or the weekday's."""
        holiday = self.holidays.get(day)
        if holiday is None:
            return self.weekdays.get(day.weekday(), [])
        if holiday.opens is None or holiday.closes is None:
            return []
        return [(holiday.opens, holiday.closes)]
