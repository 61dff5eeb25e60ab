"""What every test stands on: a database of its own run, an empty memory, async tests."""

import inspect
from collections.abc import Iterator

import pytest
import redis
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from helpline.privacy import throttle
from helpline.privacy.vault import keys, master
from helpline.services.queries import forget_help_lines
from tests import databases

pytest_plugins = ["tests.processes.making", "tests.browser"]

# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The run's databases, copied from the migrated templates."""
    with django_db_blocker.unblock():
        databases.clone(settings.TEST_DATABASES)
        master.create_key_file()
        yield
        databases.close()


def _put_back(self: TransactionTestCase) -> None:
    # ``databases`` is a set of aliases, or "__all__".
    used = type(self).databases
    databases.reset(databases.ALIASES if used == "__all__" else used)


# Django would flush, which also erases what migrations wrote.
setattr(TransactionTestCase, "_fixture_teardown", _put_back)  # noqa: B010 -- not in its types


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    """No key, count or cached value of one test reaches the next."""
    yield
    keys.forget()
    forget_help_lines()
    throttle._limiter.cache_clear()
    if settings.HELPLINE_VALKEY_URL:
        with redis.Redis.from_url(settings.HELPLINE_VALKEY_URL) as valkey:
            valkey.flushdb()
    else:
        cache.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on real processes come last: Playwright leaves an event loop running behind it."""
    for item in items:
        for folder in ("e2e", "faults"):
            if item.nodeid.startswith(f"tests/{folder}/"):
                item.add_marker(folder)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run async tests so that their database work stays in the test's own transaction."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    given = {name: pyfuncitem.funcargs[name] for name in wanted}

    async def run() -> None:
        from chat.wire.hub import close_local  # noqa: PLC0415 -- the settings are known only now

        try:
            await pyfuncitem.obj(**given)
        finally:
            await close_local()

    async_to_sync(run)()
    return True
