"""Where the other parts of the site stand. Content links to them and imports nothing of theirs."""

from django.urls import reverse

# Each part's first page, by the name of its route.
PLACES = {"chat": "chat:page", "report": "report:report", "status": "report:status"}


def address_of(place: str) -> str:
    """The address of a part in the language being read. Raises KeyError for an unknown part."""
    return reverse(PLACES[place])
