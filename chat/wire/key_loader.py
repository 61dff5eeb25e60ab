"""Fetches conversations' keys in a thread: the key store is another database, and may be away."""

import asyncio
import logging
import uuid
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connections

from helpline.privacy.vault import keys

log = logging.getLogger(__name__)

WAIT_SECONDS = 0.3  # how long a batch waits for its keys; later they serve a later batch


class KeyLoader:
    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chat-keys")
        self._loading: asyncio.Future[None] | None = None

    async def ciphers(
        self, wanted: AbstractSet[uuid.UUID]
    ) -> tuple[dict[uuid.UUID, AESGCM], AbstractSet[uuid.UUID]]:
        """The ciphers of these conversations, and for which of them nobody can tell yet.

        What is in neither was erased, or is damaged.
        """
        found = keys.held(wanted)
        if len(found) == len(wanted):
            return found, frozenset()
        missing = wanted - found.keys()
        if self._loading is not None and not self._loading.done():
            return found, missing  # the key store is slow: its keys are not waited for twice
        self._loading = asyncio.get_running_loop().run_in_executor(
            self._thread, _load, list(missing)
        )
        self._loading.add_done_callback(_note)
        await asyncio.wait({self._loading}, timeout=WAIT_SECONDS)
        found |= keys.held(missing)
        failed = not self._loading.done() or self._loading.exception() is not None
        return found, missing - found.keys() if failed else frozenset()

    async def close(self) -> None:
        closing = asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        await asyncio.wait({closing}, timeout=WAIT_SECONDS)
        self._thread.shutdown(wait=False, cancel_futures=True)


def _load(key_ids: list[uuid.UUID]) -> None:
    try:
        keys.preload(key_ids)
    except BaseException:
        connections[settings.KEY_STORE_ALIAS].close()  # the next look-up connects anew
        raise


def _note(loading: "asyncio.Future[None]") -> None:
    if not loading.cancelled() and (error := loading.exception()) is not None:
        log.warning("keys could not be fetched", extra={"error": type(error).__name__})
