"""The demo site stands in both languages, page to page, and loading it again changes nothing."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from wagtail.models import Locale, Page, Revision, Site

from content.actions import NotADemoSite, load_demo_site
from content.demo.tree import LANGUAGES, TREE
from content.models import AdvicePage, HomePage
from helpline.services.models import HelpNumber, Service
from helpline.services.queries import is_open


def _site() -> list[tuple[object, ...]]:
    return [
        *Page.objects.order_by("pk").values_list("pk", "path", "slug", "latest_revision_id"),
        *Revision.objects.order_by("pk").values_list("pk"),
        *HelpNumber.objects.order_by("pk").values_list("pk", "number"),
        *Site.objects.values_list("pk", "hostname", "root_page_id"),
    ]


@pytest.mark.embedded
@pytest.mark.django_db
def test_loading_makes_every_page_in_each_language() -> None:
    assert load_demo_site() == len(TREE) * len(LANGUAGES)

    for place in TREE:
        pages = Page.objects.live().filter(translation_key=place.translation_key)
        assert {page.locale.language_code for page in pages} == set(LANGUAGES), place.name


@pytest.mark.django_db
def test_loading_again_changes_nothing(demo_site: None) -> None:
    before = _site()

    assert load_demo_site() == 0
    assert _site() == before


@pytest.mark.django_db
def test_loading_again_keeps_what_an_editor_changed(demo_site: None) -> None:
    page = AdvicePage.objects.get(slug="druk")
    page.title = "Anders"
    page.save_revision().publish()
    Service.objects.update(chat_open="closed")

    load_demo_site()

    assert AdvicePage.objects.get(slug="druk").title == "Anders"
    assert Service.objects.get().chat_open == "closed"


@pytest.mark.django_db
def test_every_published_page_has_its_translation(demo_site: None) -> None:
    """Finds a page that somebody forgot to translate, also one that is not of the demo."""
    untranslated = [
        (page.title, code)
        for page in Page.objects.live().filter(depth__gte=2)
        for code in LANGUAGES
        if not Page.objects.live()
        .filter(translation_key=page.translation_key, locale__language_code=code)
        .exists()
    ]

    assert untranslated == []


@pytest.mark.django_db
def test_a_page_without_translation_is_found(demo_site: None) -> None:
    english = AdvicePage.objects.get(slug="pressure")
    english.unpublish()

    with pytest.raises(AssertionError):
        test_every_published_page_has_its_translation(None)


@pytest.mark.django_db
def test_translations_stand_in_the_same_place_and_order(demo_site: None) -> None:
    trees = {
        code: [
            (page.depth, page.translation_key, page.specific_class)
            for page in HomePage.objects.get(locale=Locale.objects.get(language_code=code))
            .get_descendants(inclusive=True)
            .order_by("path")
        ]
        for code in LANGUAGES
    }

    assert trees["nl"] == trees["en"]


@pytest.mark.django_db
def test_translated_bodies_have_the_same_pieces(demo_site: None) -> None:
    for page in AdvicePage.objects.filter(locale__language_code="nl"):
        english = page.get_translation(Locale.objects.get(language_code="en"))
        assert [
            (block.block_type, len(block.value.get("steps", block.value.get("questions", []))))
            if block.block_type != "text"
            else "text"
            for block in page.body
        ] == [
            (block.block_type, len(block.value.get("steps", block.value.get("questions", []))))
            if block.block_type != "text"
            else "text"
            for block in english.body
        ], page.title


@pytest.mark.django_db
def test_the_chat_of_the_demo_is_open_at_any_hour(demo_site: None) -> None:
    assert is_open(Service.objects.get())


@pytest.mark.django_db
def test_a_site_with_pages_of_its_own_is_left_alone() -> None:
    root = Page.objects.get(depth=1)
    root.add_child(
        instance=HomePage(
            title="Own",
            slug="own",
            introduction="x",
            comfort_heading="x",
            comfort="x",
            situations_heading="x",
        )
    )

    with pytest.raises(NotADemoSite):
        load_demo_site()
    with pytest.raises(CommandError, match="pages of its own"):
        call_command("load_demo_content")


@pytest.mark.django_db
@override_settings(HELPLINE_DEMO=False)
def test_a_real_site_gets_no_demo() -> None:
    with pytest.raises(CommandError, match="not a demo site"):
        call_command("load_demo_content")

    assert not HomePage.objects.exists()
