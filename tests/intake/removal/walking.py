"""Finds everything that can be done about removal, and makes what each thing asks for.

Nothing here is a list of actions: they are found in the modules of the house, so that one that is
added tomorrow is walked too. What a new one needs and cannot be made yet is named by the test.
"""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import types
import typing
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

import intake.recipients
import intake.removal
from helpline.staff.models import User

ROOMS = (intake.removal, intake.recipients)
MANY = (Sequence, Iterable, Collection, AbstractSet, list, set, frozenset, tuple)


class CannotMakeError(Exception):
    """An action asks for something that the walk cannot make: teach ``Maker`` how."""


def modules() -> Iterator[types.ModuleType]:
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def actions() -> dict[str, Callable[..., Any]]:
    """What a package of actions offers, and whatever else takes the person who does it."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules():
        is_actions = module.__name__.rpartition(".")[2] == "actions"
        offered = set(getattr(module, "__all__", ())) if is_actions else set()
        for name, function in inspect.getmembers(module, inspect.isfunction):
            home = inspect.unwrap(function)
            is_own = home.__module__ == module.__name__
            by_somebody = is_own and "by" in inspect.signature(home).parameters
            if name.startswith("_") or not (
                name in offered or by_somebody or (is_actions and is_own)
            ):
                continue
            found[f"{home.__module__}.{home.__name__}"] = function
    return found


def pages() -> list[tuple[str, Any]]:
    """Every address of the site that a view of removal or recipients answers, with its pattern."""
    return [
        (route, pattern)
        for route, pattern in _patterns(get_resolver())
        if getattr(inspect.unwrap(pattern.callback), "__module__", "").startswith(
            ("intake.removal", "intake.recipients")
        )
    ]


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, route)
        else:
            yield route, each


class Maker:
    """Makes the arguments of an action, around one location and what belongs to it."""

    def __init__(self, known: Iterable[object], words: Sequence[str], by: User) -> None:
        self.known: dict[type, object] = {type(each): each for each in known}
        self.words = words
        self.by = by

    def calls(self, function: Callable[..., Any]) -> Iterator[dict[str, Any]]:
        """Some ways to call a function: each value of each argument at least once."""
        home = inspect.unwrap(function)
        hints = typing.get_type_hints(home)
        asked = {
            name: self.values(hints.get(name, Any), name)
            for name, parameter in inspect.signature(home).parameters.items()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }
        for turn in range(max((len(values) for values in asked.values()), default=1)):
            yield {name: values[turn % len(values)] for name, values in asked.items()}

    def values(self, hint: Any, name: str) -> list[Any]:
        """Values of a type, as an action may be given them."""
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return [value for each in inner for value in self.values(each, name)]
        if origin is typing.Annotated:
            return self.values(inner[0], name)
        if origin is typing.Literal:
            return list(inner)
        if origin in MANY or hint in MANY:
            kind = origin or hint
            whole = list if kind in (Sequence, Iterable, Collection, list) else kind
            whole = set if whole is AbstractSet else whole
            return [whole([value]) for value in self.values(inner[0] if inner else Any, name)]
        if origin is not None and issubclass(origin, typing.Mapping):
            keys, held = (self.values(each, name) for each in inner)
            return [{keys[0]: value} for value in held] + [{}]
        return self.plain(hint, name)

    def plain(self, hint: Any, name: str) -> list[Any]:
        now = timezone.now()
        simple: dict[Any, list[Any]] = {
            type(None): [None],
            Any: [None],
            object: [None],
            bool: [True, False],
            int: [1, 0],
            float: [1.0],
            str: list(self.words),
            bytes: [b"x"],
            datetime: [now, now + timedelta(days=3)],
            date: [now.date()],
            timedelta: [timedelta(hours=1)],
            User: [self.by],
        }
        if hint in simple:
            return simple[hint]
        if hint is uuid.UUID:
            return [getattr(each, "pk", None) for each in self.known.values() if _is_uuid(each)]
        if inspect.isclass(hint):
            for kind, value in self.known.items():
                if issubclass(kind, hint):
                    return [value]
            if issubclass(hint, enum.Enum):
                return list(hint)
            if issubclass(hint, models.Model):
                return [hint._default_manager.first() or hint()]
            if dataclasses.is_dataclass(hint):
                return [hint(**made) for made in self.calls_of_class(hint)]
        raise CannotMakeError(f"{name}: {hint}")

    def calls_of_class(self, kind: type) -> Iterator[dict[str, Any]]:
        hints = typing.get_type_hints(kind)
        fields = [field for field in dataclasses.fields(kind) if field.init]
        needed = {
            field.name: self.values(hints[field.name], field.name)
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        }
        for turn in range(max((len(values) for values in needed.values()), default=1)):
            yield {name: values[turn % len(values)] for name, values in needed.items()}


def _is_uuid(each: object) -> bool:
    return isinstance(getattr(each, "pk", None), uuid.UUID)
