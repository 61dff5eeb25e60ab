"""System checks: no stored field without a declaration, and nothing unsafe in production."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from helpline.privacy.declare import Privacy
from helpline.privacy.retention import LIFETIMES
from helpline.privacy.third_party import THIRD_PARTY


def declaration_of(model: type[models.Model]) -> Privacy | None:
    """A model's own declaration, or ours about another's model."""
    # Not inherited: a child of a declared model has fields of its own to declare.
    own = model.__dict__.get("privacy")
    return own if isinstance(own, Privacy) else THIRD_PARTY.get(model._meta.label)


def declared_models() -> Iterator[tuple[type[models.Model], Privacy]]:
    """Every stored model with its declaration."""
    for model in apps.get_models():
        declaration = declaration_of(model)
        if declaration is not None:
            yield model, declaration


@register(Tags.models)
def check_declarations(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Every field of every stored model is named exactly once, with a lifetime that exists."""
    # The rows of an automatic many-to-many table are declared with the field that makes it.
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        declaration = declaration_of(model)
        if declaration is None:
            yield Error(
                "The model does not say what it stores about people.",
                hint="Add privacy = Privacy(...), or an entry in helpline/privacy/third_party.py.",
                obj=model,
                id="privacy.E001",
            )
            continue
        yield from _check_fields(model, declaration)


def _check_fields(model: type[models.Model], declaration: Privacy) -> Iterator[CheckMessage]:
    stored = {f.name for f in (*model._meta.local_fields, *model._meta.local_many_to_many)}
    named = Counter(declaration.names())
    for name in sorted(stored - named.keys()):
        yield Error(f"The field {name} is not declared.", obj=model, id="privacy.E002")
    for name in sorted(named.keys() - stored - set(declaration.one_engine_only)):
        yield Error(f"There is no field {name}.", obj=model, id="privacy.E003")
    for name in sorted(name for name, times in named.items() if times > 1):
        yield Error(f"The field {name} is declared twice.", obj=model, id="privacy.E004")
    lifetimes = {kept.until for kept in declaration.kept}
    if declaration.expires_by:
        lifetimes.add(declaration.lifetime)
        if declaration.expires_by not in {f.name for f in model._meta.get_fields()}:
            yield Error(
                f"Rows expire by {declaration.expires_by}, which is no field.",
                obj=model,
                id="privacy.E005",
            )
    for lifetime in sorted(lifetimes - LIFETIMES.keys()):
        yield Error(f"There is no lifetime {lifetime!r}.", obj=model, id="privacy.E006")


@register(Tags.security, deploy=True)
def check_key_places(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Keys apart from what they open: promise 4."""
    yield from key_place_errors()


def key_place_errors() -> list[CheckMessage]:
    """What is wrong with where the keys are, if anything."""
    errors: list[CheckMessage] = []
    key_file = Path(settings.HELPLINE_KEY_FILE).resolve()
    if key_file.is_relative_to(Path(settings.BASE_DIR).resolve()):
        errors.append(
            Error(
                "The master key file stands inside the code.",
                hint="Set HELPLINE_KEY_FILE to a path outside the repository.",
                id="privacy.E010",
            )
        )
    site, store = settings.DATABASES["default"], settings.DATABASES[settings.KEY_STORE_ALIAS]
    if all(site.get(part) == store.get(part) for part in ("ENGINE", "HOST", "PORT", "NAME")):
        errors.append(
            Error(
                "The key store is the site's own database.",
                hint="Set KEYS_DATABASE_URL to a database that no backup of the first holds.",
                id="privacy.E011",
            )
        )
    for database in (site, store):
        if database["ENGINE"].endswith("sqlite3"):
            folder = Path(database["NAME"]).resolve().parent
            if key_file.is_relative_to(folder):
                errors.append(
                    Error(
                        "The master key file stands in the folder of a database.",
                        hint="Set HELPLINE_KEY_FILE to a path on another disk.",
                        id="privacy.E012",
                    )
                )
    return errors
