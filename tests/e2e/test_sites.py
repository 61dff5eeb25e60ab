"""The ground under the tests on real processes."""

import pytest
import redis

from tests.processes import Sites
from tests.processes.making import VALKEY_DATABASES


def test_site_finds_no_count_of_one_before_it(sites: Sites) -> None:
    if sites.embedded:
        pytest.skip("the embedded default has no Valkey")
    first = sites.made + 1
    with sites.open(webs=0, workers=0) as site:
        with redis.Redis.from_url(site.valkey_url) as valkey:
            valkey.set("chat abuse", 1)
        assert site.valkey_dump()
    sites.made = first - 1 + len(VALKEY_DATABASES)
    with sites.open(webs=0, workers=0) as later:
        assert later.valkey_database == site.valkey_database
        assert not later.valkey_dump()
