"""The repository itself: what stands in it, and what must never."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpline.management.commands.state_diagrams import redraw
from tests.translations import catalogues, not_compiled, texts, tracked_files, untranslated

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;]+)", re.M)
# Built by others, or lists of things that look like hosts on purpose.
BUILT = ("helpline/static/", "helpline/frontend/package-lock.json", "requirements/")
TEXT = {".py", ".html", ".md", ".toml", ".txt", ".js", ".mjs", ".json", ".scss", ".po", ".sh", ""}


def text_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in TEXT and (ROOT / path).is_file()]


def read(path: Path) -> str:
    return (ROOT / path).read_text(errors="replace")


def locked(name: str) -> dict[str, str]:
    text = read(Path("requirements") / f"{name}.txt")
    return {canonicalize_name(m["name"]): m["version"] for m in PINNED.finditer(text)}


def asked() -> tuple[list[str], list[str]]:
    project = tomllib.loads(read(Path("pyproject.toml")))
    return project["project"]["dependencies"], project["dependency-groups"]["dev"]


def test_lock_satisfies_what_the_project_asks_for() -> None:
    runtime, development = asked()
    for name, wanted in (("runtime", runtime), ("dev", runtime + development)):
        pins = locked(name)
        for line in wanted:
            requirement = Requirement(line)
            version = pins.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not in requirements/{name}.txt: run make lock"
            assert requirement.specifier.contains(version), f"{line}: locked is {version}"


def test_development_runs_on_the_versions_that_run() -> None:
    development = locked("dev")
    assert {name: development[name] for name in locked("runtime")} == locked("runtime")


def test_every_locked_package_has_a_hash() -> None:
    for name in ("runtime", "dev", "uv"):
        text = read(Path("requirements") / f"{name}.txt")
        for entry in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in entry, f"{name}: {entry[:60]}"


def test_locks_name_no_host() -> None:
    for path in tracked_files("requirements/*.txt"):
        assert not re.search(r"https?://|--(extra-)?index|--find-links", read(path)), path
    for path in tracked_files("*package-lock.json"):
        assert '"resolved"' not in read(path), path


def test_every_dependency_has_its_reason() -> None:
    inside = re.search(r"^dependencies = \[\n(.*?)^\]", read(Path("pyproject.toml")), re.M | re.S)
    assert inside
    for line in inside[1].splitlines():
        assert "#" in line, f"no reason: {line.strip()}"


def test_installed_packages_fit_each_other() -> None:
    installed = {canonicalize_name(d.name): d for d in distributions()}
    pins = locked("dev")
    for line in re.findall(r"^\S+==[^\\\n]+", read(Path("requirements/dev.txt")), re.M):
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        name = canonicalize_name(requirement.name)
        assert name in installed, f"{name} is not installed: make sync"
        assert requirement.specifier.contains(installed[name].version), f"{name}: make sync"
        for needed in map(Requirement, installed[name].requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                other = canonicalize_name(needed.name)
                assert other in pins, f"{name} needs {other}, which is not locked"
                assert needed.specifier.contains(pins[other]), f"{name} needs {needed}"


# Of all files at once: a test for each takes longer than it reads.


def test_every_ignore_and_skip_has_a_reason() -> None:
    assert [wrong for path in files(tracked_files("*.py")) for wrong in without_reason(path)] == []


def without_reason(path: Path) -> Iterator[str]:
    text = read(path)
    for number, line in enumerate(text.splitlines(), 1):
        for mark in ("# type: ignore", "# noqa"):
            if mark in line:
                after = line.split(mark, 1)[1]
                reason = re.sub(r"^(: ?[A-Z0-9, ]+|\[[a-z, -]+\])", "", after).strip(" -#,")
                if len(reason) <= 3:
                    yield f"{path}:{number}: {mark} without a reason"
        skip = re.search(r"pytest\.mark\.(skip|skipif|xfail)\b|pytest\.skip\(\s*\)", line)
        if skip is not None and "reason=" not in line + text.split(line, 1)[1][:300]:
            yield f"{path}:{number}: a skip without a reason"


def test_no_machine_path_or_debugger_stands_in_the_repository() -> None:
    # The last: where this checkout happens to stand.
    ours = re.compile(
        r"/root/|/home/\w+/|/Users/\w+|breakpoint\(\)|<<<<<<< |>>>>>>> |" + re.escape(str(ROOT))
    )
    found = {path: ours.search(read(path)) for path in files(text_files())}
    assert {str(path): where[0] for path, where in found.items() if where} == {}


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Without what others built, and this file, which names what it looks for."""
    for path in paths:
        if not str(path).startswith(BUILT) and path.name != Path(__file__).name:
            yield path


@pytest.mark.django_db(databases=["default", "keys"])
def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_state_diagrams_are_current() -> None:
    call_command("state_diagrams", "--check", stdout=StringIO())


def test_state_diagram_in_a_page_is_drawn_anew() -> None:
    page = "Before.\n\n<!-- drawn: intake.removal.states.{} -->\nold\n<!-- /drawn -->\n\nAfter.\n"
    drawn = redraw(page.format("NOTICE_TRANSITIONS"))
    assert "old" not in drawn
    assert "    [*] --> draft\n" in drawn
    assert drawn.startswith("Before.\n")
    assert drawn.endswith("```\n<!-- /drawn -->\n\nAfter.\n")
    assert redraw(drawn) == drawn
    with pytest.raises(CommandError):
        redraw(page.format("NO_SUCH_TABLE"))


@pytest.mark.parametrize("path", catalogues(), ids=str)
def test_catalogue_is_translated_and_compiled(path: Path) -> None:
    assert [*untranslated(path), *not_compiled(path)] == []


def test_one_text_has_one_translation() -> None:
    """Django reads all catalogues as one: of two translations of a text, one would never show."""
    said: dict[tuple[str | None, str], set[str]] = {}
    for path in catalogues():
        for entry in polib.pofile(str(ROOT / path)):
            said.setdefault((entry.msgctxt, entry.msgid), set()).add(" | ".join(texts(entry)))
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


def test_nothing_that_is_made_at_run_time_is_in_the_repository() -> None:
    made = ("var/", "staticfiles/", "screenshots/", ".venv/", "node_modules/", "uv.lock")
    assert [str(path) for path in tracked_files() if str(path).startswith(made)] == []
    # Pictures belong to the documentation and the theme; there are none of people.
    for path in tracked_files("*.png", "*.jpg", "*.jpeg", "*.gif", "*.webp", "*.mp4"):
        assert str(path).startswith(("docs/", "helpline/static/")), path
