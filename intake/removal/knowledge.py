"""The shipped legal knowledge: grounds, routes and the pairs that fit, from a file people can read."""

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "grounds_and_routes.toml"


def shipped() -> dict[str, list[dict[str, Any]]]:
    """What the data file says."""
    with FILE.open("rb") as file:
        return tomllib.load(file)


def load(grounds: Any, routes: Any, pairs: Any) -> None:
    """Add what is missing. What an administrator changed or switched on stays as it is.

    Takes the models as arguments, since a migration has its own versions of them, and leaves out
    what such a version does not know yet.
    """
    data = shipped()
    for row in data["ground"]:
        grounds.objects.get_or_create(key=row["key"], defaults=_known(grounds, row))
    for row in data["route"]:
        routes.objects.get_or_create(key=row["key"], defaults=_known(routes, row))
    for row in data["pair"]:
        fields = dict(row)
        pairs.objects.get_or_create(
            ground=grounds.objects.get(key=fields.pop("ground")),
            route=routes.objects.get(key=fields.pop("route")),
            defaults=fields,
        )


def _known(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in model._meta.get_fields()}
    return {name: value for name, value in row.items() if name in names}
