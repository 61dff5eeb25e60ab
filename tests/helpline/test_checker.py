"""The process that reaches reported hosts begins only where it may."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings


def test_checker_does_not_begin_where_pages_are_not_looked_at(settings: Settings) -> None:
    settings.HELPLINE_CHECKS = False
    with pytest.raises(CommandError, match="HELPLINE_CHECKS"):
        call_command("checker")


def test_checker_does_not_begin_in_a_dry_run(settings: Settings) -> None:
    settings.HELPLINE_CHECKS = settings.HELPLINE_DRY_RUN = True
    with pytest.raises(CommandError, match="HELPLINE_DRY_RUN"):
        call_command("checker")
