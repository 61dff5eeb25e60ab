"""Every form of a visitor asks the browser to forget what it sent."""

from pathlib import Path

import pytest

from tests.translations import ROOT, tracked_files

FORMS = [
    path
    for path in tracked_files("intake/report/*.html")
    if '<form method="post"' in (ROOT / path).read_text()
    and "{% csrf_token %}" not in (ROOT / path).read_text()  # of staff, who have an account
]


def test_there_are_forms() -> None:
    assert len(FORMS) > 5


@pytest.mark.parametrize("path", FORMS, ids=str)
def test_every_form_of_a_visitor_is_unkept(path: Path) -> None:
    for form in (ROOT / path).read_text().split('<form method="post"')[1:]:
        assert "parts/unkept.html" in form.split("</form>")[0]
