"""Draw docs/states.md, and diagrams in other pages, from the tables that the code itself obeys."""

import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import TextChoices
from django.utils import translation

Table = Mapping[TextChoices, Set[TextChoices]]

HEAD = """# States

Drawn by `manage.py state_diagrams` from the `TRANSITIONS` tables in each app's `states.py`;
`make check` fails when this page is not what the tables say. Only `workflow.py` changes a status.
"""


# Between such lines in any page of docs/ stands the diagram of the table that the first one names.
PLACE = re.compile(r"(?ms)(^<!-- drawn: ([\w.]+) -->\n).*?(^<!-- /drawn -->$)")


class Command(BaseCommand):
    help = "Write docs/states.md and the diagrams in other pages, or check that they are current."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when old")

    def handle(self, *args: object, **options: object) -> None:
        with translation.override("en"):
            drawn = dict(pages(settings.BASE_DIR / "docs"))
        for page, text in drawn.items():
            if page.exists() and page.read_text() == text:
                continue
            if options["check"]:
                raise CommandError(f"docs/{page.name} is not what the tables say. Run: make fix")
            page.write_text(text)
            self.stdout.write(f"{page.name} written")


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each page that holds a diagram, as it should be."""
    states = folder / "states.md"
    yield states, draw()
    for page in sorted(folder.glob("*.md")):
        text = page.read_text()
        if page != states and PLACE.search(text):
            yield page, redraw(text)


def redraw(text: str) -> str:
    """A page with its diagrams drawn anew."""
    return PLACE.sub(lambda found: found[1] + diagram(_table(found[2])) + "\n" + found[3], text)


def _table(name: str) -> Table:
    module, _, table = name.rpartition(".")
    try:
        held: Table = getattr(importlib.import_module(module), table)
    except (ImportError, AttributeError, ValueError):
        raise CommandError(f"There is no table {name}.") from None
    return held


def draw() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section for module in modules() for section in sections(module))])


def modules() -> Iterator[ModuleType]:
    """The states module of every app of ours that has one."""
    for app in apps.get_app_configs():
        name = f"{app.name}.states"
        if app.path.startswith(str(settings.BASE_DIR)) and importlib.util.find_spec(name):
            yield importlib.import_module(name)


def sections(module: ModuleType) -> Iterator[str]:
    """A diagram for each table whose name ends in TRANSITIONS."""
    for name, table in sorted(vars(module).items()):
        if name.endswith("TRANSITIONS") and table:
            yield section(module, name, table)


def section(module: ModuleType, name: str, table: Table) -> str:
    """A table of a module, under what the module says of itself."""
    title = (module.__doc__ or module.__name__).strip().splitlines()[0].rstrip(".")
    return "\n".join([f"## {title}", "", f"`{module.__name__}.{name}`", "", diagram(table), ""])


def diagram(table: Table) -> str:
    """A table as Mermaid draws it."""
    states = type(next(iter(table)))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in states]
    # The first state of an enumeration is the one that rows begin in.
    lines += [f"    [*] --> {next(iter(states)).value}"]
    for state in states:
        following = table.get(state, frozenset())
        lines += [f"    {state.value} --> {after.value}" for after in states if after in following]
        if not following:
            lines += [f"    {state.value} --> [*]"]
    return "\n".join([*lines, "```"])
