"""A model field whose text is sealed on the way to the database and opened when it is read."""

from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from helpline.privacy.vault.sealing import open_sealed, seal


class Sealed:
    """Ciphertext as it came from the database; its text form tells nothing."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "<sealed>"


class SealedAttribute(DeferredAttribute):
    """Opens the ciphertext at the first read and keeps the text on the instance."""

    field: "SealedTextField"

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = self.field.open(instance, value.data)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Only with this does Python ask __get__ before the instance's own dictionary.
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]  # -- Django is not generic at run time
    """Text that only the key of ``key`` opens, in this row and this field.

    ``key`` is the attribute with the key's name (the primary key of the row that owns the key);
    ``bound`` are the attributes whose values, with model and field, the ciphertext is bound to.
    They must be known before the row is saved and never change.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, key: str, bound: tuple[str, ...] = ("pk",), **kwargs: Any):
        self.key = key
        self.bound = bound
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(key=self.key, bound=self.bound)
        return name, path, args, kwargs

    def binding(self, **values: object) -> str:
        """What the ciphertext of a row with these bound values is bound to."""
        place = "|".join(str(values[name]) for name in self.bound)
        return f"{self.model._meta.label_lower}.{self.name}|{place}"

    def _binding_of(self, instance: models.Model) -> str:
        return self.binding(**{name: getattr(instance, name) for name in self.bound})

    def open(self, instance: models.Model, data: bytes) -> str:
        return open_sealed(getattr(instance, self.key), data, bound_to=self._binding_of(instance))

    def stored_bytes(self, instance: models.Model) -> int:
        """How long the ciphertext is, of a row that was read and whose text was not opened yet."""
        value = instance.__dict__.get(self.attname)
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is not sealed in this row any more.")
        return len(value.data)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(
            seal(
                getattr(model_instance, self.key), value, bound_to=self._binding_of(model_instance)
            )
        )

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: set it on an instance and save that.")
        return super().get_db_prep_value(
            None if value is None else value.data, connection, prepared
        )

    def get_default(self) -> Any:
        return None if self.null else ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is sealed: search with a blind index instead.")
        return super().get_lookup(lookup_name)
