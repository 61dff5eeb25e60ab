"""The garbage collector of a web process, so that no chat waits for it.

With a thousand chats a full collection of all that Django, Wagtail and the sockets hold stopped
every chat for 150 ms and more. What was loaded at the start never goes, so it is taken out of the
collector's sight; and the rest is looked through less often, in steps of a few milliseconds.
"""

import gc

from django.urls import get_resolver

# New objects until the youngest are looked through (about 2 ms), and how many of those looks come
# before one at older objects.
YOUNG, OLDER, OLDEST = 5_000, 20, 20


def set_aside_what_stays() -> None:
    """Load what the first visitor would else have to wait for, and leave it out of every collection."""
    get_resolver().reverse_dict  # noqa: B018 -- reading it loads every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
