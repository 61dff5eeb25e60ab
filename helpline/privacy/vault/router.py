"""Sends the key table to the key store, and nothing else."""

from typing import Any

from django.conf import settings
from django.db.models import Model

KEY_STORE_TABLES = {("privacy", "datakey")}


class KeyStoreRouter:
    def _is_key(self, model: type[Model]) -> bool:
        return (model._meta.app_label, model._meta.model_name) in KEY_STORE_TABLES

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return settings.KEY_STORE_ALIAS if self._is_key(model) else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return settings.KEY_STORE_ALIAS if self._is_key(model) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if model_name is None:
            # Data migrations name no model: they belong to the site's own database.
            return db != settings.KEY_STORE_ALIAS
        is_key = (app_label, model_name) in KEY_STORE_TABLES
        return is_key == (db == settings.KEY_STORE_ALIAS)
