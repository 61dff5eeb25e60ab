"""What is known about each link: asked once for all and once for each, never needed, kept sealed."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from intake.recipients.states import Kind
from intake.removal.models import Statement
from intake.report.models import ReportedLink
from tests.intake.removal.factories import recipient
from tests.intake.report.walk import Walk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

TWO = "https://example.org/a en https://example.com/b"


def fields_of(walk: Walk, prefix: str) -> list[str]:
    """The names of the fields about each link, in order."""
    return [name for name in walk.page.fields if name.startswith(f"{prefix}-")]


def test_everything_may_stay_open(client: Client) -> None:
    Walk(client).send(text=TWO)
    kept = Statement.objects.values_list("page_kind", "seen_on", "seen_precision")
    assert set(kept) == {("skipped", None, "skipped")}
    assert [link.account for link in ReportedLink.objects.all()] == [None, None]


def test_answers_are_kept_with_their_link(client: Client) -> None:
    walk = Walk(client)
    walk.to("details", text=TWO)
    first, second = fields_of(walk, "account")
    walk.press(
        **{
            "seen_when": "11-2025",
            first: " lisa_03 ",
            first.replace("account", "kind"): "profile",
            second.replace("account", "seen"): "3 november 2025",
        }
    )
    walk.send()
    links = ReportedLink.objects.select_related("statement")
    assert [(link.account, link.statement.page_kind, link.statement.seen_on) for link in links] == [
        ("lisa_03", "profile", date(2025, 11, 1)),
        (None, "skipped", date(2025, 11, 3)),
    ]
    assert [link.statement.seen_precision for link in links] == ["month", "day"]


def test_account_is_stored_sealed(client: Client) -> None:
    walk = Walk(client)
    walk.to("details")
    (account,) = fields_of(walk, "account")
    walk.press(**{account: "lisa_03"})
    walk.send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM report_reportedlink")
        ((stored,),) = cursor.fetchall()
    assert b"lisa" not in bytes(stored)


def test_not_knowing_when_is_kept_as_said(client: Client) -> None:
    walk = Walk(client)
    walk.to("details")
    (seen,) = fields_of(walk, "seen")
    walk.press(**{seen: "weet ik niet"})
    walk.send()
    assert Statement.objects.get().seen_precision == "unknown"


def test_what_cannot_be_read_is_explained_and_stays(client: Client) -> None:
    walk = Walk(client)
    walk.to("details", text=TWO)
    seen, _second = fields_of(walk, "seen")
    walk.press(**{seen: "vorige week ergens", "seen_when": "31-2-2026"})
    assert (walk.page.step, walk.page.errors) == ("details", True)
    assert "Write it as 3-11-2026" in walk.page.words
    assert walk.page.fields[seen] == ["vorige week ergens"]
    assert '<details class="govuk-details found__more" open' in walk.page.html


def test_answers_survive_back_and_the_check_page(client: Client) -> None:
    walk = Walk(client)
    walk.to("details")
    (seen,) = fields_of(walk, "seen")
    walk.press("back", **{seen: "11-2025"})
    walk.press()
    assert walk.page.fields[seen] == ["11-2025"]
    walk.to("check")
    assert "11-2025" in walk.page.words
    walk.press("to:details")
    walk.press(**{seen: ""})
    assert walk.page.step == "check"
    assert "11-2025" not in walk.page.words


def test_rubbish_in_hidden_fields_is_as_good_as_nothing(client: Client) -> None:
    walk = Walk(client)
    walk.to("check")
    mark = "0" * 12
    walk.press(
        "send",
        **{
            f"seen-{mark}": "x" * 9999,
            f"kind-{mark}": "<b>",
            f"account-{mark}": "a" * 9999,
            "kind-": "profile",
            "account-a-b-c": "x",
        },
    )
    assert Statement.objects.get().page_kind == "skipped"


def test_two_hundred_links_can_each_be_told_about(client: Client) -> None:
    walk = Walk(client)
    walk.to("details", text="\n".join(f"https://example.org/{n}" for n in range(200)))
    told: dict[str, str] = {}
    for name in fields_of(walk, "account"):
        told |= {
            name: f"account {name}",
            name.replace("account", "seen"): "11-2025",
            name.replace("account", "kind"): "post",
        }
    walk.press(**told)
    walk.send()
    assert ReportedLink.objects.count() == 200
    assert Statement.objects.filter(page_kind="post", seen_precision="month").count() == 200
    accounts = {link.account for link in ReportedLink.objects.all()}
    assert accounts == {f"account {name}" for name in told if name.startswith("account")}


def test_same_page_pasted_often_is_one_before_the_eye(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press(text="https://example.org/a hxxps://example[.]org/a\nhttps://EXAMPLE.org/a")
    assert "We found 1 link" in walk.page.words
    assert "stood in your text 3 times" in walk.page.words
    assert "hxxps://example[.]org/a" in walk.page.words


def test_known_platform_is_named_and_its_own_form_stands_beside_ours(
    client: Client,
) -> None:
    form = "https://example.org/help/form"
    recipient(suffix="example.org", name="Known photos", form_url=form)
    recipient(suffix="other.example", name="Not confirmed", form_url=form + "/2", active=False)
    recipient(suffix="bad.example", name="Hostile one", form_url=form + "/3", hostile=True)
    recipient(Kind.HOST, "host.example", name="A host", form_url=form + "/4")
    walk = Walk(client)
    walk.to("links")
    walk.press(
        text="https://www.example.org/a https://example.org/b https://other.example/c "
        "https://bad.example/d https://host.example/e https://unknown.example/f"
    )
    for name in ("Known photos", "Not confirmed", "Hostile one"):
        assert name in walk.page.words
    assert "A host" not in walk.page.words
    assert walk.page.html.count(f'href="{form}"') == 1
    assert f'href="{form}/' not in walk.page.html
    assert 'rel="noopener noreferrer external"' in walk.page.html
    assert 'href="https://www.example.org/a"' not in walk.page.html


def test_recognising_two_hundred_links_takes_the_queries_of_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    walk = Walk(client)
    links = walk.to("links")

    def queries(text: str) -> int:
        walk.page = links
        with django_assert_max_num_queries(20) as counted:
            walk.press(text=text)
        return len(counted)

    one = queries("https://example.org/x")
    assert queries("\n".join(f"https://a{n}.example.org/x" for n in range(200))) == one
    assert "We found 200 links" in walk.page.words
