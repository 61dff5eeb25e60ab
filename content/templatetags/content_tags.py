"""What templates of pages ask for: addresses of other parts, the chat's hours, the foot."""

from django import template
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from content import queries
from content.models import ContactSettings
from content.places import address_of
from helpline.services.models import Service
from helpline.services.queries import default_service

register = template.Library()


@register.simple_tag
def place(name: str) -> str:
    """The address of chat, report or status in the language being read."""
    return address_of(name)


@register.simple_tag(takes_context=True)
def site_service(context: template.Context) -> Service:
    """The service whose hours and numbers this site shows, asked once for a page."""
    request: HttpRequest = context["request"]
    held: Service | None = getattr(request, "_content_service", None)
    if held is None:
        held = ContactSettings.for_request(request).service or default_service()
        request._content_service = held  # type: ignore[attr-defined]  # lives as long as it
    return held


@register.simple_tag
def opening(service: Service) -> queries.Opening:
    """Whether the chat is open now, and when it opens next."""
    return queries.opening(service)


@register.simple_tag
def week(service: Service) -> list[queries.DayOfTheWeek]:
    """The hours of every weekday."""
    return queries.week(service)


@register.simple_tag(takes_context=True)
def foot_pages(context: template.Context) -> list[tuple[str, str]]:
    """Title and address of the pages that stand at the bottom of every page."""
    request: HttpRequest | None = context.get("request")
    try:
        pages = queries.pages_at_the_foot(get_language() or "nl")
        return [(page.title, page.get_url(request) or "") for page in pages]
    except DatabaseError:  # an error page is shown all the same, with its numbers
        return []


@register.simple_tag(takes_context=True)
def advice_pages(context: template.Context) -> list[tuple[str, str]]:
    """Situation and address of every advice page in the language being read."""
    request: HttpRequest | None = context.get("request")
    try:
        pages = queries.advice_in(get_language() or "nl")
        return [(page.situation, page.get_url(request) or "") for page in pages]
    except DatabaseError:  # a page that offers it goes on without
        return []


@register.simple_tag
def situations(page: Page) -> list[queries.GroupOfSituations]:
    """The advice in the language of a page, by group."""
    return queries.situations_by_group(page)
