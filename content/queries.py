"""What pages list: situations, the pages at the foot, and when the chat is open."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from content.models import AdvicePage
from content.states import Group
from helpline.services.models import OpeningHours, Service
from helpline.services.queries import ChatState, chat_state, next_opening


@dataclass(frozen=True)
class Alternate:
    """The address of a page in a language."""

    code: str
    url: str


@dataclass(frozen=True)
class PlaceToFind:
    """A published page as a search engine may list it."""

    url: str
    alternates: list[Alternate]


@dataclass
class GroupOfSituations:
    """Situations that belong together, under the words a visitor would use."""

    label: str
    pages: list[AdvicePage] = field(default_factory=list)


@dataclass(frozen=True)
class Opening:
    """Whether the chat is open now, and if not, when it opens next."""

    open: bool
    next: datetime | None

    @property
    def days_ahead(self) -> int | None:
        """How many days from today the chat opens next."""
        if self.next is None:
            return None
        return (timezone.localdate(self.next) - timezone.localdate()) // timedelta(days=1)


@dataclass
class DayOfTheWeek:
    """A weekday and the stretches in which the chat is open."""

    label: str
    stretches: list[tuple[time, time]] = field(default_factory=list)


def situations_by_group(near: Page) -> list[GroupOfSituations]:
    """The published advice in the language of a page, in the editors' order, by group.

    One query, whatever the number of pages.
    """
    groups = {value: GroupOfSituations(str(label)) for value, label in Group.choices}
    pages = (
        AdvicePage.objects.live()
        .filter(locale_id=near.locale_id)
        .select_related("locale")
        .defer("body")
        .order_by("path")
    )
    for page in pages:
        groups[page.group].pages.append(page)
    return [group for group in groups.values() if group.pages]


def advice_in(language: str) -> list[AdvicePage]:
    """The published advice in a language, in the editors' order, without its text."""
    return list(
        AdvicePage.objects.live()
        .filter(locale__language_code=language)
        .select_related("locale")
        .defer("body")
        .order_by("path")
    )


def pages_at_the_foot(language: str) -> list[Page]:
    """Pages that editors marked to be shown at the bottom of every page, in a language."""
    return list(
        Page.objects.live()
        .in_menu()
        .filter(locale__language_code=language)
        .select_related("locale")
        .order_by("path")
    )


def places_to_find(request: HttpRequest) -> list[PlaceToFind]:
    """Every published page under a home page, with its languages. One query for the tree."""
    pages = Page.objects.live().filter(depth__gte=2).select_related("locale").order_by("path")
    found = [(page, page.get_url(request)) for page in pages]
    languages: dict[UUID, list[Alternate]] = {}
    for page, url in found:
        if url:
            languages.setdefault(page.translation_key, []).append(
                Alternate(page.locale.language_code, url)
            )
    return [PlaceToFind(url, languages[page.translation_key]) for page, url in found if url]


def opening(service: Service) -> Opening:
    """Whether somebody may come into the chat of a service, and when it opens next."""
    if chat_state(service) == ChatState.OPEN:
        return Opening(open=True, next=None)
    return Opening(open=False, next=next_opening(service))


def week(service: Service) -> list[DayOfTheWeek]:
    """The hours of every weekday, also of the days on which the chat is closed."""
    weekdays = OpeningHours._meta.get_field("weekday").choices or []
    days = {number: DayOfTheWeek(str(label)) for number, label in weekdays}
    for hours in OpeningHours.objects.filter(service=service).order_by("weekday", "opens"):
        days[hours.weekday].stretches.append((hours.opens, hours.closes))
    return list(days.values())
