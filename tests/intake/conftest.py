"""Prints what the corpus tests counted."""

from typing import Any

from tests.corpora import COUNTS


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in COUNTS:
        terminalreporter.write_line(line)
    COUNTS.clear()
