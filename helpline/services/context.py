"""What the frame of every page shows."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from helpline.services.queries import banner, built_in_numbers, help_numbers

log = logging.getLogger(__name__)
T = TypeVar("T")


def frame(request: HttpRequest) -> dict[str, object]:
    """The exit, the organisation's name, the banner and the 24-hour numbers, asked when shown."""
    language = get_language() or settings.LANGUAGE_CODE
    asked = Asked(language)
    return {
        "exit_url": settings.HELPLINE_EXIT_URL,
        "organisation": settings.HELPLINE_ORGANISATION,
        "demo": settings.HELPLINE_DEMO,
        "help_numbers": SimpleLazyObject(
            lambda: asked.of_database(help_numbers, built_in_numbers(language))
        ),
        "banner": SimpleLazyObject(lambda: asked.of_database(banner, "")),
    }


class Asked:
    """What one page asks of the database for its frame. It waits only once for one that is away."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.away = False

    def of_database(self, question: Callable[[str], T], otherwise: T) -> T:
        """The answer to a question about this page's language, or what is said without one."""
        if self.away:
            return otherwise
        try:
            return question(self.language)
        except DatabaseError:
            self.away = True
            log.warning("a page's frame comes from the code: the database does not answer")
            return otherwise
