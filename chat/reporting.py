"""From a chat to a report: the only place where chat meets intake."""

from collections.abc import Iterable

from intake.report.actions import find_links


def links_in(said: Iterable[str]) -> list[dict[str, str]]:
    """Addresses named in what was said, each once: as they will be reported. Nobody opens them."""
    found: dict[str, dict[str, str]] = {}
    for text in said:
        for link in find_links(text):
            if link.address is not None:
                found.setdefault(link.address.url, {"url": link.address.url, "typed": link.typed})
    return list(found.values())
