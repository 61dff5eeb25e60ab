"""StopNCII or Take It Down, by the age in the picture, and never as a reason to get a picture."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from intake.report.signposts import BOTH, STOP_NCII, TAKE_IT_DOWN, signposts
from tests.intake.report.walk import Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

ADULTS, MINORS = STOP_NCII.url, TAKE_IT_DOWN.url


def offered(page: Page) -> set[str]:
    return {url for url in (ADULTS, MINORS) if f'href="{url}"' in page.html}


@pytest.mark.parametrize(
    ("age", "fits"),
    [
        ("adult", {ADULTS}),
        ("under_18", {MINORS}),
        ("unknown", {ADULTS, MINORS}),
        ("", {ADULTS, MINORS}),
    ],
)
def test_service_fits_the_age_in_the_picture_and_not_now(
    client: Client, age: str, fits: set[str]
) -> None:
    walk = Walk(client)
    if age != "adult":
        assert offered(walk.to("careful", age=age)) == fits
    sent = walk.send(age=age)
    assert offered(sent) == fits
    shown = Page(posted(client, "/en/status/", {"code": [code_on(sent)]}))
    assert offered(shown) == fits


@pytest.mark.parametrize("who", ["found", "teacher", "lawyer"])
def test_who_must_not_have_the_picture_is_offered_none(client: Client, who: str) -> None:
    sent = Walk(client).send(who=who, age="under_18")
    assert offered(sent) == set()


def test_both_when_the_ages_differ() -> None:
    assert signposts([("self", "adult"), ("self", "under_18")]) == [TAKE_IT_DOWN, STOP_NCII]
    assert signposts([]) == []


def test_it_opens_outside_after_a_warning(client: Client) -> None:
    page = Walk(client).send(age="under_18")
    (link,) = re.findall(rf'<a [^>]*href="{MINORS}"[^>]*>', page.html)
    assert 'target="_blank"' in link
    assert 'rel="noopener noreferrer"' in link
    for said in ("Never download, save or ask for an image", "no button to leave fast"):
        assert said in page.words


def test_who_is_threatened_sees_both_before_anything_is_online(client: Client) -> None:
    walk = Walk(client)
    walk.press()
    assert offered(walk.press(situation="threatened")) == {ADULTS, MINORS}
    walk.press("back")
    assert offered(walk.press(situation="hacked")) == set()


def test_each_has_a_source_of_its_own_and_the_day_it_was_read() -> None:
    for signpost in BOTH:
        assert signpost.source.startswith(signpost.url)
        assert date(2026, 11, 23) <= signpost.read_on <= timezone.localdate()
