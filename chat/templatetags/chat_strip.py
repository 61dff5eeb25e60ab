"""What every page of a visitor shows while their chat goes on elsewhere."""

from django import template
from django.db import DatabaseError
from django.http import HttpRequest

from chat.views_waiting import Place, place_of

register = template.Library()


@register.simple_tag(takes_context=True)
def chat_under_way(context: template.Context) -> Place | None:
    """How the visitor's chat stands, on any page but the chat's own."""
    request: HttpRequest | None = context.get("request")
    if request is None or (request.resolver_match and request.resolver_match.app_name == "chat"):
        return None
    try:
        return place_of(request)
    except DatabaseError:  # an error page is shown all the same
        return None
