"""How much may be under way to a page that has not said it got it.

On Daphne sending never waits: a page that reads nothing would fill the server's memory. So each
frame is counted until the page acknowledges it. Beyond the bound the socket is closed, and replay
from the database makes good what the page missed.
"""

FRAMES = 128
BYTES = 512 * 1024
# A replay waits here, well below the bound, so that what is said meanwhile still fits.
REPLAY_FRAMES = 32
REPLAY_BYTES = 192 * 1024


class Credit:
    """The frames of one socket that its page did not acknowledge."""

    __slots__ = ("bytes", "got", "sizes")

    def __init__(self) -> None:
        self.got = 0
        self.bytes = 0
        self.sizes: list[int] = []

    def spend(self, size: int) -> bool:
        """Count a frame of so many bytes; False when it is one too many."""
        self.sizes.append(size)
        self.bytes += size
        return len(self.sizes) <= FRAMES and self.bytes <= BYTES

    def acknowledge(self, got: int) -> None:
        """The page has had so many frames since the socket opened. Nonsense changes nothing."""
        count = got - self.got
        if 0 < count <= len(self.sizes):
            self.got = got
            self.bytes -= sum(self.sizes[:count])
            del self.sizes[:count]

    @property
    def settled(self) -> bool:
        """Whether nothing is under way."""
        return not self.sizes

    @property
    def low(self) -> bool:
        """Whether a replay has to wait."""
        return len(self.sizes) >= REPLAY_FRAMES or self.bytes >= REPLAY_BYTES
