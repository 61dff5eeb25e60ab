"""Data that nobody here wrote, read from beside the repository and never copied into it."""

from pathlib import Path

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
# What tests counted; conftest prints it below the results.
COUNTS: list[str] = []


def corpus(name: str) -> Path:
    """The path of a corpus, or a skip that says what is missing."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"no corpus {name}: it stands outside the repository, in ../shared/corpora")
    return path


def count(name: str, value: float) -> None:
    """Say a count in the summary of the run."""
    COUNTS.append(f"corpora {name} {value}")
