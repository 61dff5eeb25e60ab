"""Data keys: made with the row they protect, destroyed to erase it, rewrapped every night.

The primary key of the protected row is the name of its key. Unwrapped keys are held in memory for
a minute at most, in a bounded cache.
"""

import secrets
import threading
import time
import uuid
from collections import OrderedDict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from helpline.privacy.models import DataKey
from helpline.privacy.vault import master
from helpline.privacy.vault.errors import KeyDestroyedError, TamperedError

NONCE_BYTES = 12
CACHE_SECONDS = 60.0
CACHE_KEYS = 4096
REWRAP_BATCH = 500

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
    """Open the keys of a list of rows in one query, for pages that show many."""
    now = time.monotonic()
    with _cache_lock:
        missing = [k for k in key_ids if k not in _cache or _cache[k][0] <= now]
    for row in DataKey.objects.filter(pk__in=missing):
        opened = AESGCM(_open(row))
        with _cache_lock:
            _cache[row.pk] = (now + CACHE_SECONDS, opened)
            while len(_cache) > CACHE_KEYS:
                _cache.popitem(last=False)


def forget(key_id: uuid.UUID | None = None) -> None:
    """Drop one key, or all of them, from this process's memory."""
    with _cache_lock:
        if key_id is None:
            _cache.clear()
        else:
            _cache.pop(key_id, None)


def rotate_master() -> int:
    """Wrap every data key with a new master key and destroy the old ones.

    What was destroyed before and still stands in a log or backup can no longer be opened by
    anyone. Returns how many keys were rewrapped.
    """
    generation = master.add_generation()
    rewrapped = 0
    while True:
        rows = list(DataKey.objects.filter(generation__lt=generation)[:REWRAP_BATCH])
        if not rows:
            break
        keys = master.master_keys()
        for row in rows:
            renewed = _wrap(row.pk, row.kind, _open(row), keys)
            # By the old generation: a key destroyed meanwhile must not come back.
            DataKey.objects.filter(pk=row.pk, generation=row.generation).update(
                wrapped=renewed.wrapped, generation=renewed.generation
            )
        rewrapped += len(rows)
    master.drop_generations(before=generation)
    return rewrapped


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
        keys = master.master_keys(fresh=True)  # another process rotated it
    if row.generation not in keys.generations:
        raise KeyDestroyedError
    wrapped = bytes(row.wrapped)
    try:
        return AESGCM(keys.generations[row.generation]).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], row.pk.bytes
        )
    except InvalidTag:
        raise TamperedError from None
