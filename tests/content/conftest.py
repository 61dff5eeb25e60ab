"""The demo site, for each test that asks for it."""

import pytest
from wagtail.signal_handlers import disable_reference_index_auto_update

from content.actions import load_demo_site


@pytest.fixture
def demo_site(db: None) -> None:
    """The site as the command loads it, without the index of what refers to what: half the time."""
    with disable_reference_index_auto_update():
        load_demo_site()
