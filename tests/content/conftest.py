"""The demo site, loaded once for each test that asks for it."""

import pytest

from content.actions import load_demo_site


@pytest.fixture
def demo_site(db: None) -> None:
    load_demo_site()
