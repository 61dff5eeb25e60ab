"""Hundreds of visitors behind networks that let no WebSocket through, on one web server."""

import os
import time
import urllib.request
import uuid

from chat.wire import rows
from tests.e2e.posts import Post, held
from tests.e2e.wire import threads, trouble
from tests.people import make
from tests.processes import Site

CONVERSATIONS, TABS = 50, 6
WAIT = 20  # the longest there is: all that happens before the answers must fit in it


def opens(site: Site, path: str) -> bool:
    with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:  # noqa: S310 -- our own URL
        return bool(answer.status == 200)


def test_three_hundred_wait_without_a_thread(site: Site) -> None:
    pairs = make(site.environment(), conversations=CONVERSATIONS, staff=1)
    (port,), (web,) = site.ports, site.webs
    frames = [held(port, pair.token) for pair in pairs] * TABS
    assert opens(site, "/nl/")
    before = threads(web)
    posts = [Post(port, frame, wait=WAIT) for frame in frames]
    began = time.monotonic()
    most = 0
    for path in ("/nl/", "/en/", "/health/", "/nl/chat/"):
        assert opens(site, path)
        most = max(most, threads(web))
    assert most <= before + rows.THREADS
    # One gets a message: it alone is answered, in each of its tabs.
    assert not any(post.answered for post in posts)
    said = {"type": "say", "id": str(uuid.uuid4()), "text": "Hoi"}
    [ack] = [f for f in Post(port, frames[7], said).answer()["frames"] if f["type"] == "ack"]
    for post in posts[7::CONVERSATIONS]:
        frames = post.answer()["frames"]
        assert [frame["type"] for frame in frames] == ["welcome", "messages", "beat"]
        assert frames[1]["messages"][0]["seq"] == ack["seq"]
    del posts[7::CONVERSATIONS]
    assert not any(post.answered for post in posts)
    assert web.popen is not None
    folder = f"/proc/{web.popen.pid}/fd"
    files = len(os.listdir(folder))
    for post in posts[:100]:
        post.leave()
    while len(os.listdir(folder)) > files - 100:  # its connection is let go with the page
        assert time.monotonic() - began < WAIT
        time.sleep(0.05)
    for post in posts[100:]:
        answer = post.answer(WAIT + 10)
        assert [frame["type"] for frame in answer["frames"]] == ["welcome", "beat"]
        assert "close" not in answer
    assert time.monotonic() - began >= WAIT
    assert not trouble(site)
