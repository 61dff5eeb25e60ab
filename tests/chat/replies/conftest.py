"""A site with one published page in each language, as counsellors share it."""

import pytest
from wagtail.models import Locale, Page, Site


@pytest.fixture
def pages(db_both: None) -> dict[str, Page]:
    """Advice by language; under the Dutch one stands a page that is not published."""
    root = Page.objects.get(depth=1)
    made: dict[str, Page] = {}
    for language in ("nl", "en"):
        locale = Locale.objects.get_or_create(language_code=language)[0]
        home = root.add_child(instance=Page(title="Home", slug=f"home-{language}", locale=locale))
        made[language] = home.add_child(
            instance=Page(
                title=f"Onder druk ({language})",
                slug="druk",
                locale=locale,
                search_description="Wat je nu kunt doen",
            )
        )
        if language == "nl":
            Site.objects.all().delete()
            Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
            made["draft"] = home.add_child(
                instance=Page(title="Nog niet af", slug="later", locale=locale, live=False)
            )
    return made
