"""Seal and open text with a row's key, bound to the place where it stands."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from helpline.privacy.vault import keys, master
from helpline.privacy.vault.errors import TamperedError

VERSION = b"\x01"


def seal(key_id: uuid.UUID, text: str, *, bound_to: str) -> bytes:
    """Encrypt ``text`` with the key of row ``key_id`` so that it opens only at ``bound_to``.

    Raises KeyDestroyedError when the row has no key.
    """
    return seal_with(keys.cipher(key_id), text, bound_to=bound_to)


def seal_with(cipher: AESGCM, text: str, *, bound_to: str) -> bytes:
    """Encrypt ``text`` with a cipher that is at hand; otherwise as ``seal``."""
    nonce = secrets.token_bytes(keys.NONCE_BYTES)
    body = text.encode("utf-8", "surrogatepass")
    return VERSION + nonce + cipher.encrypt(nonce, body, bound_to.encode())


def open_sealed(key_id: uuid.UUID, sealed: bytes, *, bound_to: str) -> str:
    """The text that was sealed. Raises TamperedError or KeyDestroyedError, never returns garbage."""
    if sealed[:1] != VERSION:
        raise TamperedError
    body = sealed[1:]
    try:
        opened = keys.cipher(key_id).decrypt(
            body[: keys.NONCE_BYTES], body[keys.NONCE_BYTES :], bound_to.encode()
        )
    except (InvalidTag, ValueError):
        raise TamperedError from None
    return opened.decode("utf-8", "surrogatepass")


def blind_index(purpose: str, value: str) -> bytes:
    """A keyed hash that finds a row by an exact value without storing the value."""
    mac = hmac.new(master.fixed_key("index"), f"{purpose}\0{value}".encode(), hashlib.sha256)
    return mac.digest()[:16]


def indexer(purpose: str) -> Callable[[str], bytes]:
    """``blind_index`` for very many values of one purpose: the key is read once."""
    begun = hmac.new(master.fixed_key("index"), f"{purpose}\0".encode(), hashlib.sha256)

    def index(value: str) -> bytes:
        mac = begun.copy()
        mac.update(value.encode())
        return mac.digest()[:16]

    return index


def keyed_hash(purpose: str, value: str) -> bytes:
    """A keyed hash of a code or token that only its holder knows. ``purpose``: code or token."""
    return hmac.new(master.fixed_key(purpose), value.encode(), hashlib.sha256).digest()
