"""The master key file: the one thing a thief of the disk must not have.

It holds the generations of the master key that wraps every data key, and the fixed keys of keyed
hashes. It is written whole and renamed into place, so that a crash leaves the old or the new one.
"""

import base64
import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from helpline.privacy.vault.errors import VaultError

PURPOSES = ("index", "code", "audit", "token")


@dataclass(frozen=True)
class MasterKeys:
    """The key file's content, as read at one moment."""

    current: int
    generations: dict[int, bytes]
    fixed: dict[str, bytes]


_lock = threading.Lock()
_read: tuple[Path, MasterKeys] | None = None


def key_file() -> Path:
    return Path(settings.HELPLINE_KEY_FILE)


def master_keys(*, fresh: bool = False) -> MasterKeys:
    """The master keys, read from the file once and again when ``fresh`` is asked.

    Raises VaultError when there is no key file.
    """
    global _read
    path = key_file()
    with _lock:
        if fresh or _read is None or _read[0] != path:
            _read = (path, _parse(path))
        return _read[1]


def fixed_key(purpose: str) -> bytes:
    """The 32-byte key of a keyed hash: index, code, audit or token. It never rotates."""
    return master_keys().fixed[purpose]


def create_key_file() -> bool:
    """Write a first key file. Returns False, and changes nothing, when one is there."""
    path = key_file()
    with _locked(path):
        if path.exists():
            return False
        _write(
            path,
            MasterKeys(
                current=1,
                generations={1: secrets.token_bytes(32)},
                fixed={purpose: secrets.token_bytes(32) for purpose in PURPOSES},
            ),
        )
    return True


def add_generation() -> int:
    """Add a new master key and make it current. Returns its number."""
    with _locked(key_file()):
        keys = master_keys(fresh=True)
        number = max(keys.generations) + 1
        _write(
            key_file(),
            MasterKeys(number, {**keys.generations, number: secrets.token_bytes(32)}, keys.fixed),
        )
    return number


def drop_generations(before: int) -> None:
    """Destroy every master key older than ``before``: what only they wrap is gone for good."""
    with _locked(key_file()):
        keys = master_keys(fresh=True)
        kept = {number: key for number, key in keys.generations.items() if number >= before}
        _write(key_file(), MasterKeys(keys.current, kept, keys.fixed))


def _parse(path: Path) -> MasterKeys:
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise VaultError(
            "There is no master key file. Create one with: manage.py create_key_file"
        ) from None
    return MasterKeys(
        current=raw["current"],
        generations={int(n): base64.b64decode(k) for n, k in raw["generations"].items()},
        fixed={name: base64.b64decode(k) for name, k in raw["fixed"].items()},
    )


def _write(path: Path, keys: MasterKeys) -> None:
    global _read
    content = json.dumps(
        {
            "current": keys.current,
            "generations": {
                str(n): base64.b64encode(k).decode() for n, k in keys.generations.items()
            },
            "fixed": {name: base64.b64encode(k).decode() for name, k in keys.fixed.items()},
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
    with _lock:
        _read = (path, keys)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the key file for one process at a time, across processes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
