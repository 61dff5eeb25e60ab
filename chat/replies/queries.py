"""What a counsellor can put in a chat: prepared replies, and pages of the public site."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from wagtail.models import Page

from chat.replies.models import PreparedReply
from helpline.staff.models import User


class SharedPage(NamedTuple):
    """A published page of ours, and where it stands on this site."""

    number: int
    title: str
    summary: str
    language: str
    path: str


def replies_for(user: User) -> list[PreparedReply]:
    """The replies in use in the services of a counsellor, in all languages. One query."""
    return list(
        PreparedReply.objects.select_related("locale")
        .filter(active=True)
        .filter(Q(service=None) | Q(service__memberships__user=user))
        .distinct()
        .order_by("title", "pk")
    )


def pages() -> list[SharedPage]:
    """The published pages under the home pages, in the editors' order."""
    return [page for page in map(_shared, _published()) if page is not None]


def page(number: int) -> SharedPage | None:
    """A published page, if it still is one."""
    found = _published().filter(pk=number).first()
    return _shared(found) if found is not None else None


def _published() -> "models.QuerySet[Page]":
    return (
        Page.objects.live().public().filter(depth__gt=2).select_related("locale").order_by("path")
    )


def _shared(page: Page) -> SharedPage | None:
    parts = page.get_url_parts()
    if parts is None or parts[2] is None:
        return None  # under no site
    # Without the host: a card leads nowhere but to the site it stands on.
    return SharedPage(
        page.pk, page.title, page.search_description, page.locale.language_code, parts[2]
    )
