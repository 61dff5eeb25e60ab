"""Draw docs/states.md from the tables that the code itself obeys."""

import importlib.util
from collections.abc import Iterator, Mapping, Set
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


class Command(BaseCommand):
    help = "Write docs/states.md from the transition tables, or check that it is current."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when old")

    def handle(self, *args: object, **options: object) -> None:
        page = settings.BASE_DIR / "docs" / "states.md"
        with translation.override("en"):
            drawn = draw()
        if not options["check"]:
            page.write_text(drawn)
            self.stdout.write(f"{page.name} written")
        elif not page.exists() or page.read_text() != drawn:
            raise CommandError("docs/states.md is not what the tables say. Run: make fix")


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
    states = type(next(iter(table)))
    title = (module.__doc__ or module.__name__).strip().splitlines()[0].rstrip(".")
    lines = [f"## {title}", "", f"`{module.__name__}.{name}`", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in states]
    # The first state of an enumeration is the one that rows begin in.
    lines += [f"    [*] --> {next(iter(states)).value}"]
    for state in states:
        following = table.get(state, frozenset())
        lines += [f"    {state.value} --> {after.value}" for after in states if after in following]
        if not following:
            lines += [f"    {state.value} --> [*]"]
    return "\n".join([*lines, "```", ""])
