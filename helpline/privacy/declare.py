"""How a model says what each of its fields is about a person, and how long it stays.

Every model of ours carries ``privacy = Privacy(...)``; models of others are declared in
``helpline.privacy.third_party``. ``helpline.privacy.checks`` fails on a field that nobody named,
``helpline.privacy.erasure`` carries the declarations out.
"""

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What a stored field is, seen from the person it may be about."""

    PUBLIC = "public"  # anyone may read it on the site
    RECORD = "record"  # our own reference, moment, status or choice; names nobody
    ANSWER = "answer"  # a structured answer of a visitor that names nobody
    SEALED = "sealed"  # words of a visitor, a note, a URL: encrypted with the row's own key
    KEYED = "keyed"  # a keyed hash: finds a row again, tells nothing without the key file
    STAFF = "staff"  # about a member of staff
    RECIPIENT = "recipient"  # how a platform, host or registrar is reached
    SECRET = "secret"  # noqa: S105 -- a kind of field, not a password


@dataclass(frozen=True)
class Kept:
    """Fields that are alike in what they are and how long they live.

    ``until`` names a lifetime of ``helpline.privacy.retention.LIFETIMES``; ``fields`` are field
    names with spaces between them.
    """

    what: What
    until: str
    fields: str

    @property
    def names(self) -> list[str]:
        return self.fields.split()


class Privacy:
    """A model's declaration: every field named exactly once.

    ``expires_by`` is the moment field from which the rows' lifetime counts; rows that go with
    another row (by cascade) leave it out. ``owns_key`` says that the primary key names a key in
    the vault, which is destroyed before the row goes. ``service_path`` leads to the service whose
    retention holds. ``one_engine_only`` are named fields that another database engine lacks.
    """

    def __init__(
        self,
        *kept: Kept,
        expires_by: str = "",
        lifetime: str = "",
        owns_key: bool = False,
        service_path: str = "service",
        one_engine_only: str = "",
    ) -> None:
        self.kept = kept
        self.expires_by = expires_by
        self.lifetime = lifetime
        self.owns_key = owns_key
        self.service_path = service_path
        self.one_engine_only = one_engine_only.split()

    def names(self) -> list[str]:
        return [name for group in self.kept for name in group.names]
