"""Data keys: made with the row they protect, destroyed to erase it, rewrapped every night.

The primary key of the protected row is the name of its key. Unwrapped keys are held in memory for
a minute at most, in a bounded cache.
"""

import logging
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from helpline.privacy.models import DataKey
from helpline.privacy.vault import master
from helpline.privacy.vault.errors import KeyDestroyedError, TamperedError, VaultError

NONCE_BYTES = 12
CACHE_SECONDS = 60.0
CACHE_KEYS = 4096
REWRAP_BATCH = 500
# Deleting is complete within 24 hours: a key deleted just after a rotation waits this long for the
# next, and the worker looks every ten minutes whether it is time to begin, or to end one.
ROTATE_AFTER = timedelta(hours=22)
ROTATION_GRACE = timedelta(minutes=10)

log = logging.getLogger(__name__)

_cache: OrderedDict[uuid.UUID, tuple[float, AESGCM]] = OrderedDict()
_cache_lock = threading.Lock()


def create_key(key_id: uuid.UUID, *, kind: str) -> None:
    """Make the key of a row that is about to be stored. Making it twice keeps the first."""
    if DataKey.objects.filter(pk=key_id).exists():
        return
    keys = master.master_keys()
    DataKey.objects.bulk_create(
        [_wrap(key_id, kind, secrets.token_bytes(32), keys)], ignore_conflicts=True
    )


def create_keys(key_ids: list[uuid.UUID], *, kind: str) -> None:
    """Make the keys of many new rows in one statement."""
    keys = master.master_keys()
    DataKey.objects.bulk_create(
        [_wrap(key_id, kind, secrets.token_bytes(32), keys) for key_id in key_ids],
        ignore_conflicts=True,
        batch_size=REWRAP_BATCH,
    )


@dataclass(frozen=True)
class Batch:
    """Makes the keys of very many new rows; whoever asks stores them before the rows.

    Of one moment: made anew for each part of the work, within the grace of a rotation.
    """

    generation: int
    wrapping: AESGCM

    @classmethod
    def now(cls) -> "Batch":
        keys = master.master_keys()
        return cls(keys.current, AESGCM(keys.generations[keys.current]))

    def key(self, key_id: bytes) -> tuple[AESGCM, bytes]:
        """A new key's cipher, and the key as it is stored."""
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(NONCE_BYTES)
        return AESGCM(key), nonce + self.wrapping.encrypt(nonce, key, key_id)


def destroy_key(key_id: uuid.UUID) -> None:
    """Erase everything sealed with this key. It cannot be called back.

    Copies of the wrapped key in a write-ahead log or a backup stay shut after the next rotation
    of the master key, within a day.
    """
    DataKey.objects.filter(pk=key_id).delete()
    forget(key_id)


def cipher(key_id: uuid.UUID) -> AESGCM:
    """The cipher of a row. Raises KeyDestroyedError when its key is gone."""
    now = time.monotonic()
    with _cache_lock:
        held = _cache.get(key_id)
        if held is not None and held[0] > now:
            _cache.move_to_end(key_id)
            return held[1]
    opened = AESGCM(_unwrap(key_id))
    with _cache_lock:
        _cache[key_id] = (now + CACHE_SECONDS, opened)
        _cache.move_to_end(key_id)
        while len(_cache) > CACHE_KEYS:
            _cache.popitem(last=False)
    return opened


def preload(key_ids: list[uuid.UUID]) -> None:
    """Open the keys of a list of rows in one query, for pages that show many.

    A damaged key is left out: only who asks for it is told.
    """
    now = time.monotonic()
    with _cache_lock:
        missing = [k for k in key_ids if k not in _cache or _cache[k][0] <= now]
    for row in DataKey.objects.filter(pk__in=missing):
        try:
            opened = AESGCM(_open(row))
        except VaultError:
            continue
        with _cache_lock:
            _cache[row.pk] = (now + CACHE_SECONDS, opened)
            while len(_cache) > CACHE_KEYS:
                _cache.popitem(last=False)


def held(key_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, AESGCM]:
    """The ciphers among these that are in memory now. It asks no database, so it never waits."""
    now = time.monotonic()
    found: dict[uuid.UUID, AESGCM] = {}
    with _cache_lock:
        for key_id in key_ids:
            entry = _cache.get(key_id)
            if entry is not None and entry[0] > now:
                _cache.move_to_end(key_id)
                found[key_id] = entry[1]
    return found


def forget(key_id: uuid.UUID | None = None) -> None:
    """Drop one key, or all of them, from this process's memory."""
    with _cache_lock:
        if key_id is None:
            _cache.clear()
        else:
            _cache.pop(key_id, None)


def rotate_master(now: datetime | None = None, *, grace: timedelta = ROTATION_GRACE) -> int:
    """Wrap every data key with a new master key each night, then destroy the old one.

    What was destroyed before and still stands in a log or backup can no longer be opened by
    anyone. Call it as often as you like: it begins when the master key is old enough, wraps anew
    what is not yet, and destroys the old one when no process can be using it any more. ``grace``
    is how long a process may take between reading the key file and committing a new key. Returns
    how many keys were rewrapped; none when another process is at it.
    """
    now = now or timezone.now()
    try:
        with master.locked():
            if now - master.master_keys().current_since >= ROTATE_AFTER:
                master.add_generation(now)
            rewrapped, lost = _rewrap()
            keys = master.master_keys()
            if len(keys.generations) > 1 and now - keys.current_since >= grace:
                master.drop_old_generations()
            if lost:
                log.error("keys have no master key and stay shut", extra={"count": lost})
            return rewrapped
    except BlockingIOError:
        return 0


def _rewrap() -> tuple[int, int]:
    """Wrap what is not yet under the current master key. Returns how many were, and could not be."""
    keys = master.master_keys()
    rewrapped = lost = 0
    last = uuid.UUID(int=0)
    while True:
        rows = list(
            DataKey.objects.filter(generation__lt=keys.current, pk__gt=last).order_by("pk")[
                :REWRAP_BATCH
            ]
        )
        if not rows:
            return rewrapped, lost
        for row in rows:
            try:
                renewed = _wrap(row.pk, row.kind, _open(row), keys)
            except VaultError:
                lost += 1
                continue
            # By the old generation: a key destroyed meanwhile must not come back.
            rewrapped += DataKey.objects.filter(pk=row.pk, generation=row.generation).update(
                wrapped=renewed.wrapped, generation=renewed.generation
            )
        last = rows[-1].pk


def _wrap(key_id: uuid.UUID, kind: str, key: bytes, keys: master.MasterKeys) -> DataKey:
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = AESGCM(keys.generations[keys.current]).encrypt(nonce, key, key_id.bytes)
    return DataKey(
        pk=key_id,
        kind=kind,
        generation=keys.current,
        wrapped=nonce + wrapped,
        created_at=timezone.now(),
    )


def _unwrap(key_id: uuid.UUID) -> bytes:
    row = DataKey.objects.filter(pk=key_id).first()
    if row is None:
        raise KeyDestroyedError
    return _open(row)


def _open(row: DataKey) -> bytes:
    keys = master.master_keys()
    if row.generation not in keys.generations:
        raise KeyDestroyedError
    wrapped = bytes(row.wrapped)
    try:
        return AESGCM(keys.generations[row.generation]).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], row.pk.bytes
        )
    except InvalidTag:
        raise TamperedError from None
