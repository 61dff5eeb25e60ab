"""What is done to the whole of a site: loading the demo, and what goes with it."""

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.demo.reader import Section, Text, read, to_html
from content.demo.tree import LANGUAGES, TREE, Place
from content.models import ContactSettings, HomePage
from helpline.services.help_lines import BUILT_IN_NUMBERS
from helpline.services.models import HelpNumber, Service
from helpline.services.queries import default_service


class NotADemoSite(Exception):
    """The site has pages of its own: the demo would stand in their way."""


@transaction.atomic
def load_demo_site() -> int:
    """Make the pages of the demo that are not there yet, in each language; return how many.

    What is there stays as it is, also when an editor changed it: a second run changes nothing.
    Raises NotADemoSite when the site has a home page that is not the demo's.
    """
    home = TREE[0]
    if HomePage.objects.exclude(translation_key=home.translation_key).exists():
        raise NotADemoSite
    made = sum(_load_language(language) for language in LANGUAGES)
    if made:
        service = default_service()
        _fill_service(service)
        _point_site_at(
            HomePage.objects.get(
                translation_key=home.translation_key, locale__language_code=settings.LANGUAGE_CODE
            ),
            service,
        )
    return made


def _load_language(language: str) -> int:
    """First all pages, then their texts, so that a text may link to any page."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    pages: dict[str, Any] = {
        place.name: page
        for place in TREE
        for page in apps.get_model("content", place.model).objects.filter(
            translation_key=place.translation_key, locale=locale
        )
    }
    missing = [place for place in TREE if place.name not in pages]
    texts = {place.name: read(place.path(language)) for place in missing}
    for place in missing:
        pages[place.name] = _make(place, texts[place.name], pages.get(place.under), locale)
    ids = {name: page.pk for name, page in pages.items()}
    for place in missing:
        page = pages[place.name]
        _fill(page, texts[place.name], ids)
        page.save_revision().publish()
    return len(missing)


def _make(place: Place, text: Text, parent: Any, locale: Locale) -> Any:
    page = apps.get_model("content", place.model)(
        title=text.fields["title"],
        slug=text.fields["slug"],
        search_description=text.fields.get("description", ""),
        show_in_menus=place.at_the_foot,
        locale=locale,
        translation_key=place.translation_key,
        live=False,
    )
    if place.group:
        page.group = place.group
    if parent is None:
        parent = Page.objects.get(depth=1)
    else:
        parent.refresh_from_db()  # its number of children changed
    return parent.add_child(instance=page)


def _fill(page: Any, text: Text, ids: dict[str, int]) -> None:
    """Put a text into the fields that its kind of page has."""
    match page.specific_class.__name__:
        case "HomePage":
            comfort = text.section("comfort")
            page.introduction = to_html(text.section("introduction").lines, ids)
            page.comfort_heading = comfort.heading
            page.comfort = to_html(comfort.lines, ids)
            page.situations_heading = text.section("situations").heading
        case "AdviceIndexPage":
            page.introduction = to_html(text.section("introduction").lines, ids)
        case "ContactPage":
            page.introduction = to_html(text.section("introduction").lines, ids)
            page.body = _body(text, ids)
        case "AdvicePage":
            page.situation = text.fields["situation"]
            page.summary = text.fields["summary"]
            page.body = _body(text, ids)
        case _:
            page.body = _body(text, ids)


def _body(text: Text, ids: dict[str, int]) -> list[tuple[str, Any]]:
    return [_block(section, ids) for section in text.sections if section.kind != "introduction"]


def _block(section: Section, ids: dict[str, int]) -> tuple[str, Any]:
    match section.kind:
        case "text":
            return "text", to_html(section.lines, ids)
        case "steps":
            steps = [{"title": t, "text": to_html(b, ids)} for t, b in section.parts("#")]
            return "steps", {"heading": section.heading, "steps": steps}
        case "questions":
            asked = [{"question": t, "answer": to_html(b, ids)} for t, b in section.parts("?")]
            return "questions", {"heading": section.heading, "questions": asked}
        case "call-out" | "urgent":
            return "call_out", {
                "heading": section.heading,
                "text": to_html(section.lines, ids),
                "urgent": section.kind == "urgent",
            }
        case kind:
            return kind, {"heading": section.heading, "text": to_html(section.lines, ids)}


def _fill_service(service: Service) -> None:
    """A mail address and help numbers, if nobody entered any. A demo's chat is always open."""
    Service.objects.filter(pk=service.pk).update(chat_open="open")
    Service.objects.filter(pk=service.pk, mail="").update(mail="hulp@helpline.example")
    if not HelpNumber.objects.exists():
        HelpNumber.objects.bulk_create(
            HelpNumber(
                language=language,
                position=position,
                name=line.name,
                number=line.number,
                hours=line.hours,
                audience=line.audience,
                purpose=line.purpose,
                everywhere=line.everywhere,
            )
            for language, lines in BUILT_IN_NUMBERS.items()
            for position, line in enumerate(lines)
        )


def _point_site_at(home: HomePage, service: Service) -> None:
    """Let the site start at the demo's home page, and drop Wagtail's own welcome page."""
    address = urlsplit(settings.HELPLINE_BASE_URL)
    site, _ = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": settings.HELPLINE_ORGANISATION,
            "root_page": home,
        },
    )
    ContactSettings.objects.get_or_create(site=site, defaults={"service": service})
    for welcome in Page.objects.filter(depth=2, content_type__model="page"):
        welcome.delete()
