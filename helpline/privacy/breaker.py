"""Leave alone for a while what did not answer, so that not everybody waits for it in turn."""

import time


class Breaker:
    """Knows whether something may be asked now. Once it failed, one may try every ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._again: float | None = None  # None while it answers

    def may_ask(self) -> bool:
        """Whether to ask. Who is let through after a failure holds back all others meanwhile."""
        if self._again is None:
            return True
        now = time.monotonic()
        if now < self._again:
            return False
        self._again = now + self.seconds
        return True

    def failed(self) -> None:
        self._again = time.monotonic() + self.seconds

    def answered(self) -> None:
        self._again = None
