"""What the frame says and does not say, without a browser."""

import json
import re
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.template import Context, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.models import Locale, Page

from helpline import views
from helpline.services.models import Banner
from helpline.services.queries import built_in
from helpline.staff.models import User
from helpline.templatetags.frame import language_links

STATIC = Path(settings.BASE_DIR) / "helpline" / "static" / "helpline"
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def asked(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def links(path: str, **context: object) -> dict[str, str]:
    found = language_links(Context({"request": asked(path), **context}))
    return {link.code: link.url for link in found}


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/nl/report/", "/en/report/"),
        ("/nl/report/links/?step=2", "/en/report/links/?step=2"),
        ("/nl/", "/en/"),
        ("/answer/abc/", "/en/"),
        ("//nl/elders.test/", "/en/"),
        ("/nlx/", "/en/"),
    ],
)
def test_language_switch_keeps_the_page(path: str, other: str) -> None:
    assert links(path)["en"] == other


def test_language_switch_follows_an_editors_translation() -> None:
    english, _made = Locale.objects.get_or_create(language_code="en")
    dutch, _made = Locale.objects.get_or_create(language_code="nl")
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Afpersing", slug="afpersing", locale=dutch))
    page.copy_for_translation(english, copy_parents=True)
    with patch.object(Page, "get_url", lambda self, request: f"/{self.locale.language_code}/x/"):
        assert links("/nl/afpersing/", page=page)["nl"] == "/nl/x/"
        # The English one is a draft until somebody publishes it.
        assert links("/nl/afpersing/", page=page)["en"] == "/en/afpersing/"


def test_language_switch_takes_what_a_view_knows() -> None:
    assert links("/answer/abc/", language_urls={"en": "/answer/abc/?lang=en"})["en"] == (
        "/answer/abc/?lang=en"
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_that_does_not_exist_says_the_numbers(client: Client, language: str) -> None:
    answer = client.get(f"/{language}/bestaat-niet/")
    assert answer.status_code == 404
    page = answer.content.decode()
    for line in built_in(language).on_every_page:
        assert line.number in page
    assert f'<html lang="{language}"' in page


def test_reader_gets_no_cookie_no_token_and_nothing_from_elsewhere(client: Client) -> None:
    answer = client.get("/nl/bestaat-niet/")
    page = answer.content.decode()
    assert not answer.cookies
    assert "csrf" not in page
    outside = re.findall(r'(?:src|href)="(https?:[^"]*)"', page)
    assert outside == [settings.HELPLINE_EXIT_URL]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert [s for s in re.findall(r"<script([^>]*)>", page) if "src=" not in s] == [
        ' type="application/json" id="component-words"'
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_for_components_are_json(client: Client, language: str) -> None:
    page = client.get(f"/{language}/bestaat-niet/").content.decode()
    given = re.search(r'id="component-words">(.*?)</script>', page, re.S)
    assert given is not None
    words = json.loads(given.group(1))
    assert set(words) == {"accordion", "character-count", "password-input"}
    assert "%{count}" in words["character-count"]["charactersUnderLimit"]["other"]


def test_banner_shows_while_it_is_on(client: Client) -> None:
    banner = Banner.objects.create(language="nl", text="Vandaag <dicht>", shown=True)
    assert "Vandaag &lt;dicht&gt;" in client.get("/nl/bestaat-niet/").content.decode()
    Banner.objects.filter(pk=banner.pk).update(shown=False)
    assert "urgent" not in client.get("/nl/bestaat-niet/").content.decode()


def test_numbers_are_said_when_the_database_is_down(client: Client) -> None:
    client.raise_request_exception = False
    with patch("django.db.models.query.QuerySet._fetch_all", side_effect=DatabaseError):
        answer = client.get("/nl/bestaat-niet/")
    page = answer.content.decode()
    assert answer.status_code in (404, 500)
    assert "0800-0113" in page


@pytest.mark.parametrize("template", ["500.html", "503.html", "offline.html"])
def test_page_that_stands_alone_says_both_languages(template: str) -> None:
    numbers = {language: built_in(language).on_every_page for language in ("nl", "en")}
    page = render_to_string(template, {"numbers": numbers})
    for line in [*numbers["nl"], *numbers["en"]]:
        assert line.number in page
        assert line.hours in page


def test_offline_page_asks_for_nothing(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    assert not re.search(r"<link|<script|<img|src=|@import", page)
    assert 'href="tel:112"' in page


def test_leaving_empties_the_cache_and_not_the_flag(client: Client) -> None:
    answer = client.post("/leave/")
    assert answer.status_code == 204
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not answer.cookies


def test_leaving_is_said_by_our_own_pages_only(client: Client) -> None:
    assert client.post("/leave/", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/leave/").status_code == 405


class Question(forms.Form):
    name = forms.CharField(help_text="A <made-up> one.", max_length=20)
    age = forms.ChoiceField(choices=[("a", "Adult"), ("m", "Minor")], widget=forms.RadioSelect)
    country = forms.ChoiceField(choices=[("nl", "NL")])
    agreed = forms.BooleanField()
    step = forms.CharField(widget=forms.HiddenInput, required=False)


def group(field: str, data: dict[str, str] | None = None) -> str:
    with translation.override("en"):
        return str(Question(data)[field].as_field_group())


def test_field_names_its_hint_and_error() -> None:
    field = group("name", {})
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_helptext"' in field
    assert 'id="id_name_error"' in field
    assert "A &lt;made-up&gt; one." in field
    assert "govuk-input--error" in field


def test_group_of_radios_is_a_fieldset_with_its_error() -> None:
    field = group("age", {})
    assert re.search(r'<fieldset[^>]*aria-describedby="id_age_error"', field)
    assert field.count('type="radio"') == 2


def test_what_was_chosen_stays_chosen() -> None:
    field = group("age", {"age": "m"})
    assert re.search(r'value="m"[^>]* checked', field)
    assert field.count("checked") == 1
    assert "checked" in group("agreed", {"agreed": "on"})


def test_hidden_field_has_no_group() -> None:
    assert group("step").strip() == '<input type="hidden" name="step" id="id_step">'


def test_error_summary_leads_to_inputs_that_are_there() -> None:
    form = Question({})
    template = engines["django"].from_string(
        '{% include "parts/error_summary.html" %}'
        "{% for field in form %}{{ field.as_field_group }}{% endfor %}"
    )
    page = template.render({"form": form})
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["id_name", "id_age_0", "id_country", "id_agreed"]
    for target in targets:
        assert page.count(f'id="{target}"') == 1


def test_theme_has_no_crown_no_foreign_typeface_and_no_other_host() -> None:
    css = (STATIC / "site.css").read_text()
    assert not re.search(r"crown|gds transport|url\([^)]*https?:|/assets/", css, re.I)
    fonts = set(re.findall(r'url\("?([^")]+)"?\)', css))
    assert fonts
    assert all((STATIC / font).is_file() for font in fonts if not font.startswith("data:"))
    assert "SIL Open Font License" in (STATIC / "fonts" / "OFL.txt").read_text()


def test_built_theme_is_current() -> None:
    frontend = Path(settings.BASE_DIR) / "helpline" / "frontend"
    if not (frontend / "node_modules").is_dir():
        pytest.skip("the theme's npm packages are not installed: npm ci in helpline/frontend")
    built = subprocess.run(
        ["node", "build.mjs", "--check"],  # noqa: S607 -- wherever node is
        cwd=frontend,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr


@pytest.mark.parametrize(
    ("role", "there"),
    [
        ("counsellor", ["/console/chat/", "/console/phone/"]),
        ("caseworker", ["/console/phone/", "/console/desk/"]),
        (
            "supervisor",
            [
                "/console/chat/",
                "/console/floor/",
                "/console/phone/",
                "/console/desk/",
                "/console/people/",
            ],
        ),
        ("administrator", ["/console/people/"]),
    ],
)
def test_staff_see_only_the_ways_that_are_open_to_them(role: str, there: list[str]) -> None:
    user = User.objects.create_user("noor", password="a long password")
    user.groups.add(Group.objects.get(name=role))
    request = asked("/console/nothing/")
    request.user = user
    page = views.not_found(request, Http404()).content.decode()
    assert re.findall(r'href="(/console/[^"]*)"', page) == there
    assert 'class="exit"' not in page
