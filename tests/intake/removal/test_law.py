"""Administrators switch grounds, routes and pairs on and off in the CMS, by a source."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from helpline.staff.models import AuditEntry
from intake.removal import actions
from intake.removal.actions.law import Law
from intake.removal.linter import Missing
from intake.removal.models import Element, GroundRoute, LegalGround, Route
from intake.removal.queries.desk import choosable_pairs
from tests.intake.recipients.test_directory import person, signed_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

MODELS: dict[str, type[Law]] = {
    "legalground": LegalGround,
    "route": Route,
    "groundroute": GroundRoute,
}
KINDS = tuple(MODELS)


def where(kind: str, name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_removal_{kind}:{name}", args=args)


@pytest.fixture
def administrator(client: Client) -> Client:
    return signed_in(client, person("administrator"))


def flagger() -> tuple[Route, GroundRoute]:
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_22")
    return pair.route, pair


def pair_form(pair: GroundRoute, **changes: Any) -> dict[str, Any]:
    names = ("clock_hours", "clock_source", "chasers", "chasers_alone", "source")
    kept = {name: getattr(pair, name) for name in names}
    return {**kept, **({"verified": "on"} if pair.verified else {}), **changes}


def test_route_and_pair_switched_on_can_be_chosen(administrator: Client) -> None:
    route, pair = flagger()
    assert pair not in choosable_pairs()
    route_form = {"source": "https://example.org/designated", "verified": "on"}
    assert administrator.post(where("route", "edit", route.pk), route_form).status_code == 302
    assert pair not in choosable_pairs()
    form = pair_form(pair, verified="on", clock_hours="12", chasers_alone="1")
    assert administrator.post(where("groundroute", "edit", pair.pk), form).status_code == 302
    assert pair in choosable_pairs()
    route.refresh_from_db()
    pair.refresh_from_db()
    assert route.source == "https://example.org/designated"
    assert (pair.clock_hours, pair.template, pair.required) == (12, "dsa_22", pair.required)
    assert (pair.chasers, pair.chasers_alone) == (1, 1)
    on_record = AuditEntry.objects.values_list("action", "subject_kind", "subject_id")
    assert list(on_record.order_by("pk")) == [
        ("change_law", "route", str(route.pk)),
        ("change_law", "groundroute", str(pair.pk)),
    ]


def test_what_is_code_is_not_changed_by_a_form(administrator: Client) -> None:
    _route, pair = flagger()
    before = GroundRoute.objects.values("template", "required", "needs_mandate", "ground_id").get(
        pk=pair.pk
    )
    form = pair_form(pair, template="hotline", required="[]", needs_mandate="on", ground="1")
    administrator.post(where("groundroute", "edit", pair.pk), form)
    after = GroundRoute.objects.values(*before).get(pk=pair.pk)
    assert after == before


def test_nothing_is_switched_on_without_a_source(administrator: Client) -> None:
    terms = LegalGround.objects.get(key="terms")
    response = administrator.post(
        where("legalground", "edit", terms.pk), {"source": "", "verified": "on"}
    )
    assert response.context["form"].errors.keys() == {"source"}
    terms.refresh_from_db()
    assert not terms.verified


def test_hand_over_stays_on(administrator: Client) -> None:
    pair = GroundRoute.objects.select_related("ground", "route").get(route__key="hotline")
    forms: dict[str, tuple[Any, dict[str, Any]]] = {
        "legalground": (pair.ground, {"source": pair.ground.source}),
        "route": (pair.route, {"source": pair.route.source}),
        "groundroute": (pair, pair_form(pair, verified="")),
    }
    for kind, (row, form) in forms.items():
        form.pop("verified", None)
        response = administrator.post(where(kind, "edit", row.pk), form)
        assert response.context["form"].errors.keys() == {"verified"}, kind
        row.refresh_from_db()
        assert row.verified


@pytest.mark.parametrize("kind", KINDS)
def test_law_pages_open_for_an_administrator(administrator: Client, kind: str) -> None:
    page = administrator.get(where(kind, "list"))
    assert page.status_code == 200
    for row in MODELS[kind]._default_manager.all():
        page = administrator.get(where(kind, "edit", row.pk))
        assert page.status_code == 200
    assert administrator.get(where(kind, "add")).status_code in (302, 403)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_adds_or_deletes_a_law_here(client: Client, kind: str) -> None:
    """Whose rights are all rights cannot either: the data file and its migration do that."""
    user = person("administrator")
    user.is_superuser = True
    user.save()
    signed_in(client, user)
    page = client.get(where(kind, "list"))
    assert page.status_code == 200
    assert where(kind, "add") not in page.content.decode()
    assert client.get(where(kind, "add")).status_code in (302, 403)
    model = MODELS[kind]
    kept = set(model._default_manager.values_list("pk", flat=True))
    several = reverse("wagtail_bulk_action", args=("removal", kind, "delete"))
    one, other, *_more = sorted(kept)
    for url in (
        where(kind, "delete", one),
        f"{several}?id={one}&id={other}",
        f"{several}?id=all",
    ):
        assert client.get(url).status_code in (302, 403)
        assert client.post(url).status_code in (302, 403)
        assert set(model._default_manager.values_list("pk", flat=True)) == kept


def test_law_page_shows_lists_as_words(administrator: Client) -> None:
    route, pair = flagger()
    assert pair.required[:3] == ["explanation", "urls", "notifier"]
    for language, said in (
        ("en", "why this is illegal, every exact address, name and mail address of who sends it"),
        ("nl", "waarom dit niet mag, elk precies adres, naam en mailadres van wie het stuurt"),
    ):
        page = administrator.get(
            where("groundroute", "edit", pair.pk), headers={"accept-language": language}
        )
        words = page.content.decode()
        assert said in words
        assert "good_faith" not in words
    assert "[&#x27;" not in administrator.get(where("route", "edit", route.pk)).content.decode()


def test_every_element_that_a_pair_demands_has_words() -> None:
    demanded = {name for pair in GroundRoute.objects.all() for name in pair.required}
    assert demanded <= set(Element.values)
    assert all(Missing(name) for name in Element.values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["editor", "counsellor", "caseworker", "supervisor"])
def test_law_pages_are_closed_to_others(client: Client, kind: str, role: str) -> None:
    signed_in(client, person(role))
    pk = MODELS[kind]._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    for url in (where(kind, "list"), where(kind, "edit", pk)):
        assert client.get(url).status_code in (302, 403)
        assert client.post(url, {"verified": ""}).status_code in (302, 403, 405)


def test_keep_law_is_for_administrators() -> None:
    route, _pair = flagger()
    with pytest.raises(PermissionDenied):
        actions.keep_law(route, by=person("supervisor"))
    route.source, route.verified = "", True
    with pytest.raises(ValidationError):
        actions.keep_law(route, by=person("administrator"))
    route.refresh_from_db()
    assert not route.verified


def test_what_is_read_is_read_in_the_language_of_the_administrator(administrator: Client) -> None:
    _route, pair = flagger()
    page = administrator.get(
        where("groundroute", "edit", pair.pk), headers={"accept-language": "nl"}
    ).content.decode()
    assert "Grond" in page
    assert re.search(r">\s*(Ground|Route|True|False)\s*<", page) is None
