"""Where the other parts of the site stand. Content links to them and imports nothing of theirs."""

from django.urls import NoReverseMatch, reverse

# Each part's first page, by the name of its route, and its path within a language.
PLACES = {
    "chat": ("chat:start", "chat/"),
    "report": ("report:start", "report/"),
    "status": ("report:status", "status/"),
}


def address_of(place: str, language: str) -> str:
    """The address of a part in a language. Raises KeyError for a part that does not exist."""
    route, path = PLACES[place]
    try:
        return reverse(route)
    except NoReverseMatch:
        return f"/{language}/{path}"
