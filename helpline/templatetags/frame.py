"""Template tags of the frame: the language switch that keeps the page."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import get_language, get_language_info

from helpline.health import Report, report
from helpline.staff import permissions

register = template.Library()


@dataclass(frozen=True)
class LanguageLink:
    """The same page in one language of the site."""

    code: str
    name: str
    url: str
    current: bool


@register.simple_tag
def site_health() -> Report:
    """What is away just now, for a line to those who can pass it on."""
    return report()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Where each language of the site has this page.

    An editors' page has its translations. Any other page stands at the same path in both
    languages, and a path without a language leads to the front page. A view that knows better
    (the recipient's answer page) puts `language_urls` in the context, language code to address.
    """
    given: dict[str, str] = context.get("language_urls") or {}
    request: HttpRequest | None = context.get("request")
    translations = {} if given else _translations(context.get("page"), request)
    path = request.get_full_path() if request is not None else "/"
    links = []
    for code, _name in settings.LANGUAGES:
        links.append(
            LanguageLink(
                code=code,
                name=get_language_info(code)["name_local"].capitalize(),
                url=given.get(code) or translations.get(code) or _swapped(path, code),
                current=code == get_language(),
            )
        )
    return links


def _swapped(path: str, code: str) -> str:
    """The path under another language. `//` first would be another host, so only a known prefix."""
    first, _slash, rest = path.lstrip("/").partition("/")
    if path.startswith("//") or first not in dict(settings.LANGUAGES):
        return f"/{code}/"
    return f"/{code}/{rest}"


def _translations(page: Any, request: HttpRequest | None) -> dict[str, str]:
    """The addresses of an editors' page in the languages it is published in."""
    if not hasattr(page, "get_translations") or page.pk is None:
        return {}
    published = page.get_translations(inclusive=True).live().select_related("locale")
    return {p.locale.language_code: p.get_url(request) for p in published if p.get_url(request)}


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a tel: address wants it."""
    return "".join(c for c in number if c.isdigit() or c == "+")


@register.filter
def first_id(field: BoundField) -> str:
    """The id of a field's first input: a group of radios or checkboxes has several."""
    if isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple)) and field.subwidgets:
        return field.subwidgets[0].id_for_label or ""
    return field.id_for_label


@register.filter
def has_role(user: Any, names: str) -> bool:
    """Whether a member of staff has one of the roles, named with spaces between."""
    return permissions.has_role(user, *names.split())
