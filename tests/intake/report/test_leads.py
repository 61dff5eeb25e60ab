"""An account, a search or no link at all: made an address where a source tells how, else kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.staff.models import AuditEntry
from intake.removal.canonical import canonicalise
from intake.removal.models import Location, Statement
from intake.report.actions import (
    NotThisLead,
    address_found,
    given_to_hotline,
    nothing_found,
    settle_reports,
)
from intake.report.models import Lead, Report, ReportedLink
from tests.intake.removal.factories import person
from tests.intake.report.walk import Page, Walk, code_on, posted
from tests.signed_in import sign_in

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def with_lead(client: Client, page: str = "account", **answers: str) -> tuple[Walk, str]:
    """A report of an account in an app that nobody knows an address of, and its code."""
    walk = Walk(client)
    walk.to("links")
    walk.press(page)
    walk.press(place="Signal", name="lisa 03")
    return walk, code_on(walk.send(**answers))


def status(client: Client, code: str, go: str = "show", **fields: str) -> Page:
    given = {name: [value] for name, value in fields.items()}
    return Page(posted(client, "/en/status/", {"code": [code], "go": [go], **given}))


def test_account_of_a_known_app_becomes_a_link_to_its_profile(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account")
    assert walk.page.step == "account"
    walk.press(place="insta", name="@lisa.03")
    assert walk.page.step == "found"
    assert "https://instagram.com/lisa.03" in walk.page.words
    walk.send()
    link = ReportedLink.objects.select_related("statement__location").get()
    assert link.account == "lisa.03"
    assert link.statement.page_kind == "profile"
    assert link.statement.location.url == "https://instagram.com/lisa.03"
    assert not Lead.objects.exists()


def test_account_is_added_to_what_was_pasted(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account", text="https://example.org/a")
    walk.press(place="TikTok", name="lisa")
    assert "We found 2 links" in walk.page.words
    walk.press("back")
    assert walk.page.text.splitlines() == ["https://example.org/a", "https://www.tiktok.com/@lisa"]


def test_link_pasted_as_an_account_is_taken_as_a_link(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account")
    walk.press(place="Insta", name="https://instagram.com/lisa")
    assert "We found 1 link" in walk.page.words


def test_account_elsewhere_is_kept_as_it_was_told(client: Client) -> None:
    walk, _code = with_lead(client)
    lead = Lead.objects.get()
    assert (lead.place, lead.name, lead.kind) == ("Signal", "lisa 03", "account")
    assert not lead.possibly_minor
    assert not Location.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, name, facts_json FROM report_lead")
        stored = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)
    assert b"lisa" not in stored
    assert b"adult" not in stored


def test_search_words_never_become_an_address(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("no-link")
    walk.press("search")
    walk.press(place="Google", name="lisa de vries foto")
    assert "This goes into your report" in walk.page.words
    walk.send()
    assert Lead.objects.get().kind == "search"
    assert not Location.objects.exists()


@pytest.mark.parametrize("page", ["account", "search"])
def test_both_answers_are_needed_and_stay(client: Client, page: str) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press(page, text="https://example.org/a")
    walk.press(place="", name="lisa")
    assert (walk.page.step, walk.page.errors) == (page, True)
    assert walk.page.fields["name"] == ["lisa"]
    walk.press("back")
    assert (walk.page.step, walk.page.text) == ("links", "https://example.org/a")


def test_no_link_page_guides_and_offers_the_chat(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("no-link")
    for said in ("without looking again", "do not take a screenshot", "Go to the chat"):
        assert said in walk.page.words
    walk.press("back")
    assert walk.page.step == "links"


def test_lead_can_be_taken_out_again(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account")
    walk.press(place="Signal", name="lisa")
    walk.press(next(go for go in walk.page.buttons if go.startswith("forget:")))
    walk.press()
    assert (walk.page.step, walk.page.errors) == ("found", True)


def test_language_switch_keeps_a_page_without_a_link(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account")
    walk.path = "/nl/report/"
    walk.press("stay")
    assert walk.page.step == "account"
    assert 'lang="nl"' in walk.page.html


def test_lead_sent_twice_is_one_report(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account")
    walk.press(place="Signal", name="lisa")
    check = walk.to("check")
    first = code_on(walk.press("send"))
    walk.page = check
    assert code_on(walk.press("send")) == first
    assert Lead.objects.count() == 1


def test_report_with_an_open_lead_is_not_settled(client: Client) -> None:
    with_lead(client)
    assert settle_reports() == 0
    nothing_found(lead=Lead.objects.get(), by=person())
    assert settle_reports() == 1
    assert Report.objects.get().settled_at is not None


def test_nobody_is_asked_about_a_found_page_before_the_reporter_says_so(client: Client) -> None:
    _walk, code = with_lead(client)
    lead = Lead.objects.get()
    assert "whether a page can be found" in status(client, code).words
    link = address_found(
        lead=lead, address=canonicalise("https://signal.example/lisa"), by=person()
    )
    statement = Statement.objects.get()
    assert (statement.wish, statement.is_declared, statement.mandate_version) == ("wait", False, "")
    assert (statement.agreed, statement.age_in_picture) == ("no", "adult")
    assert (link.as_typed, link.account) == ("https://signal.example/lisa", "lisa 03")
    page = status(client, code)
    assert "A colleague found a page" in page.words
    assert "go-ahead" in page.buttons
    status(client, code, "go-ahead-now", declared="2026-11", mandate="2026-11")
    assert Statement.objects.get().gives_mandate


def test_found_page_that_was_reported_already_stays_one_link(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("account", text="https://signal.example/lisa")
    walk.press(place="Signal", name="lisa")
    walk.send()
    address = canonicalise("https://signal.example/lisa")
    link = address_found(lead=Lead.objects.get(), address=address, by=person())
    assert ReportedLink.objects.get() == link


@pytest.mark.parametrize("age", ["under_18", "unknown", ""])
def test_possible_minor_is_not_looked_for_and_goes_to_the_hotline(client: Client, age: str) -> None:
    _walk, code = with_lead(client, age=age)
    lead, kim = Lead.objects.get(), person()
    assert lead.possibly_minor
    for act in (
        lambda: address_found(lead=lead, address=canonicalise("https://a.example/"), by=kim),
        lambda: nothing_found(lead=lead, by=kim),
    ):
        with pytest.raises(NotThisLead):
            act()
    assert "to the hotline" in status(client, code).words
    given_to_hotline(lead=lead, by=kim, reference="HL-2026-81")
    said = status(client, code).words
    assert "We gave this to the hotline" in said
    assert "HL-2026-81" in said


def test_lead_is_settled_once(client: Client) -> None:
    with_lead(client)
    lead, kim = Lead.objects.get(), person()
    nothing_found(lead=lead, by=kim)
    with pytest.raises(NotThisLead):
        address_found(lead=lead, address=canonicalise("https://a.example/"), by=kim)
    assert not Statement.objects.exists()
    assert Lead.objects.get().outcome == "not_found"


def test_lead_of_another_service_is_refused(client: Client) -> None:
    with_lead(client)
    other = person("sam", service=Service.objects.create(slug="other", name="Other"))
    with pytest.raises(PermissionDenied):
        nothing_found(lead=Lead.objects.get(), by=other)
    assert (
        sign_in(other).get(f"/console/desk/without-link/{Lead.objects.get().pk}/").status_code
        == 404
    )
    assert (
        b"without-link/" + str(Lead.objects.get().pk).encode()
        not in sign_in(other).get("/console/desk/without-link/").content
    )


def test_erasing_the_report_erases_its_leads(client: Client) -> None:
    _walk, code = with_lead(client)
    address_found(lead=Lead.objects.get(), address=canonicalise("https://a.example/"), by=person())
    status(client, code, "erase-now")
    assert not Lead.objects.exists()
    assert not Statement.objects.exists()


def test_desk_covers_what_was_told_and_puts_opening_on_record(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with_lead(client)
    desk = sign_in(person())
    shown = desk.get("/console/desk/without-link/").content.decode()
    lead = Lead.objects.get()
    assert f"without-link/{lead.pk}/" in shown
    assert "lisa" not in shown
    before = AuditEntry.objects.filter(action="open_lead").count()
    page = desk.get(f"/console/desk/without-link/{lead.pk}/").content.decode()
    assert "lisa 03" in page
    assert AuditEntry.objects.filter(action="open_lead").count() == before + 1


def test_desk_list_takes_the_same_queries_for_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    desk = sign_in(person())
    with_lead(client)
    report = Report.objects.get()

    def queries() -> int:
        with django_assert_max_num_queries(30) as counted:
            desk.get("/console/desk/without-link/")
        return len(counted)

    queries()
    one = queries()
    for position in range(1, 20):
        lead = Lead(report=report, position=position, kind="account", created_at=timezone.now())
        lead.place, lead.name, lead.facts_json = "x", "y", "{}"
        lead.save(force_insert=True)
    assert queries() == one


def test_desk_settles_by_form(client: Client) -> None:
    _walk, code = with_lead(client)
    desk, pk = sign_in(person()), Lead.objects.get().pk
    wrong = desk.post(f"/console/desk/without-link/{pk}/settle/", {"address": "nothing"})
    assert "govuk-error-summary" in wrong.content.decode()
    assert Lead.objects.get().settled_at is None
    done = desk.post(
        f"/console/desk/without-link/{pk}/settle/",
        {"address": "signal.org/u/lisa", "outcome": "found"},
    )
    assert done.status_code == 302
    assert Location.objects.get().url == "https://signal.org/u/lisa"
    assert "https://signal.org/u/lisa" in status(client, code).words


def test_desk_gives_a_possible_minor_to_the_hotline_by_form(client: Client) -> None:
    _walk, code = with_lead(client, age="under_18")
    desk, lead = sign_in(person()), Lead.objects.get()
    page = f"/console/desk/without-link/{lead.pk}/"
    # Not by an address either, whatever is posted.
    for rubbish in ({"outcome": "found", "address": "nothing"}, {"address": "signal.org/u/lisa"}):
        assert desk.post(f"{page}settle/", rubbish).status_code == 302
        assert Lead.objects.get().settled_at is None
    long = desk.post(f"{page}settle/", {"outcome": "hotline", "reference": "1" * 41})
    assert "govuk-error-summary" in long.content.decode()
    desk.post(f"{page}settle/", {"outcome": "hotline", "reference": "HL 81"})
    assert "HL 81" in status(client, code).words
    assert "HL 81" in desk.get(page).content.decode()


def test_nothing_is_asked_about_links_when_there_is_none(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press("search")
    walk.press(place="Bing", name="lisa 03")
    walk.to("check")
    assert "What you know about the links" not in walk.page.words


def test_leads_of_a_report_are_only_its_own(client: Client) -> None:
    _walk, first = with_lead(client)
    _walk, second = with_lead(client)
    Lead.objects.filter(report=Report.objects.earliest("created_at")).update(
        outcome="not_found", settled_at=timezone.now() + timedelta(seconds=1)
    )
    assert "could not find a page" in status(client, first).words
    assert "could not find a page" not in status(client, second).words


def test_lead_can_be_added_to_a_report_later(client: Client) -> None:
    _walk, code = with_lead(client)
    walk = Walk(client)
    walk.page = Page(posted(client, walk.path, {"code": [code], "go": ["to:links"]}))
    assert "Step 1 of" in walk.page.words
    walk.press("account")
    walk.press(place="Signal", name="someone else")
    page = walk.send()
    assert "is added to your report" in page.words
    assert [lead.name for lead in Lead.objects.all()] == ["lisa 03", "someone else"]
    assert Report.objects.count() == 1
