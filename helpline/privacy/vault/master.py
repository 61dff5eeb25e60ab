"""The master key file: the one thing a thief of the disk must not have.

It holds the generations of the master key that wraps every data key, and the fixed keys of keyed
hashes. It is written whole and renamed into place, so that a crash leaves the old or the new one,
and every process sees a new one at its next look.
"""

import base64
import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError

PURPOSES = ("index", "code", "audit", "token")


@dataclass(frozen=True)
class MasterKeys:
    """The key file's content, as read at one moment."""

    current: int
    current_since: datetime
    generations: dict[int, bytes]
    fixed: dict[str, bytes]


_lock = threading.Lock()
_read: tuple[Path, tuple[int, int], MasterKeys] | None = None


def key_file() -> Path:
    return Path(settings.HELPLINE_KEY_FILE)


def master_keys() -> MasterKeys:
    """The master keys as the file holds them now.

    Asks the file's state each time and reads it only when it changed: wrapping a new key with a
    master key that another process has replaced would lose it. Raises VaultError when there is no
    key file.
    """
    global _read
    path = key_file()
    try:
        state = path.stat()
    except FileNotFoundError:
        raise VaultError(
            "There is no master key file. Create one with: manage.py create_key_file"
        ) from None
    version = (state.st_ino, state.st_mtime_ns)
    with _lock:
        if _read is None or _read[:2] != (path, version):
            _read = (path, version, _parse(path.read_text()))
        return _read[2]


def fixed_key(purpose: str) -> bytes:
    """The 32-byte key of a keyed hash: index, code, audit or token. It never rotates."""
    return master_keys().fixed[purpose]


def create_key_file() -> bool:
    """Write a first key file. Returns False, and changes nothing, when one is there."""
    path = key_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked():
        if path.exists():
            return False
        _write(
            path,
            MasterKeys(
                current=1,
                current_since=timezone.now(),
                generations={1: secrets.token_bytes(32)},
                fixed={purpose: secrets.token_bytes(32) for purpose in PURPOSES},
            ),
        )
    return True


def add_generation(now: datetime) -> None:
    """Add a new master key and make it current. Call it while holding the file's lock."""
    keys = master_keys()
    number = keys.current + 1
    _write(
        key_file(),
        replace(
            keys,
            current=number,
            current_since=now,
            generations={**keys.generations, number: secrets.token_bytes(32)},
        ),
    )


def drop_old_generations() -> None:
    """Destroy every master key but the current one: what only they wrap is gone for good.

    Call it while holding the file's lock.
    """
    keys = master_keys()
    _write(key_file(), replace(keys, generations={keys.current: keys.generations[keys.current]}))


@contextmanager
def locked() -> Iterator[None]:
    """Change the key file in one process at a time.

    Raises BlockingIOError when another process is at it.
    """
    path = key_file()
    with open(path.with_name(path.name + ".lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _parse(text: str) -> MasterKeys:
    raw = json.loads(text)
    return MasterKeys(
        current=raw["current"],
        current_since=datetime.fromisoformat(raw["current_since"]),
        generations={int(n): base64.b64decode(k) for n, k in raw["generations"].items()},
        fixed={name: base64.b64decode(k) for name, k in raw["fixed"].items()},
    )


def _write(path: Path, keys: MasterKeys) -> None:
    def coded(held: dict[int, bytes] | dict[str, bytes]) -> dict[str, str]:
        return {str(name): base64.b64encode(key).decode() for name, key in held.items()}

    content = json.dumps(
        {
            "current": keys.current,
            "current_since": keys.current_since.isoformat(),
            "generations": coded(keys.generations),
            "fixed": coded(keys.fixed),
        }
    ).encode()
    beside = path.with_name(path.name + ".new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
