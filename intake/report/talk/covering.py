"""Addresses in what a reporter says stay covered for staff.

Of an address in running text nobody said how old the person in the picture was, so it may be a
minor's, and nobody here is shown it. Given as a link it goes the careful way like any other.
"""

from django.utils.translation import gettext as _

from intake.report.links import INVISIBLE, find_links


def has_address(text: str) -> bool:
    """Whether there is something in the text that could be opened."""
    return any(link.address for link in find_links(text))


def covered(text: str) -> str:
    """The text with each address in it covered; when in doubt its whole line, or all of it."""
    if not has_address(text):
        return text
    cover = _("[a link, not shown here]")
    shown = text.translate(INVISIBLE)
    for link in sorted(find_links(shown), key=lambda link: -len(link.typed)):
        if link.address:
            shown = shown.replace(link.typed, cover)
    if has_address(shown):
        shown = "\n".join(cover if has_address(line) else line for line in shown.split("\n"))
    return cover if has_address(shown) else shown
