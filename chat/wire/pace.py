"""Slow down who says very much at once: a bucket that fills again by itself.

In the memory of one process, since it is asked for every message; with more processes a limit is
that many times as wide. It slows, it never refuses: a slowed message goes again by itself.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many within so many seconds."""

    amount: int
    seconds: float


class Bucket:
    """What one conversation, or one network, may still say."""

    __slots__ = ("left", "moment")

    def __init__(self, rate: Rate) -> None:
        self.left = float(rate.amount)
        self.moment = time.monotonic()

    def take(self, rate: Rate) -> bool:
        """Take one; False when there is none."""
        now = time.monotonic()
        filled = self.left + (now - self.moment) * rate.amount / rate.seconds
        self.left = min(float(rate.amount), filled)
        self.moment = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Buckets:
    """Buckets by key, for as many keys as fit; who was not here for longest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[object, Bucket] = OrderedDict()

    def of(self, key: object, rate: Rate) -> Bucket:
        """The bucket of a key, for who asks often to hold."""
        bucket = self._held.get(key)
        if bucket is None:
            bucket = self._held[key] = Bucket(rate)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        else:
            self._held.move_to_end(key)
        return bucket
