"""An address that somebody types in a message is not shown to staff."""

import pytest

from intake.report.links import find_links
from intake.report.talk.covering import covered, has_address
from tests.intake.report.test_messages import messages

COVER = "[a link, not shown here]"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is gone, thank you!", "It is gone, thank you!"),
        ("Now on https://example.org/x?y=1 too", f"Now on {COVER} too"),
        ("https://example.org/a https://example.org/ab", f"{COVER} {COVER}"),
        ("hxxps://example[.]org/a\nand more", f"{COVER}\nand more"),
        ("mail me: lisa@example.org", "mail me: lisa@example.org"),
    ],
)
def test_addresses_are_covered_and_nothing_else(said: str, shown: str) -> None:
    assert covered(said) == shown
    assert has_address(said) is (said != shown)


def test_no_message_that_people_write_shows_an_address() -> None:
    """The two hundred messages on which finding links is measured."""
    whole = 0
    for message in messages():
        left = covered(message.text)
        assert not any(link.address for link in find_links(left)), left
        whole += bool(message.named) and left == COVER
    assert whole < 50, "covering is meant to leave the words around an address"
