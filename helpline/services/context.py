"""What the frame of every page shows."""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from helpline.services.help_lines import HelpLines
from helpline.services.queries import banner, help_lines, known_help_lines

log = logging.getLogger(__name__)
T = TypeVar("T")


def frame(request: HttpRequest) -> dict[str, object]:
    """The exit, the organisation's name, the banner and the help lines, asked when shown."""
    asked = asked_for(request)
    return {
        "exit_url": settings.HELPLINE_EXIT_URL,
        "organisation": settings.HELPLINE_ORGANISATION,
        "demo": settings.HELPLINE_DEMO,
        "help_lines": SimpleLazyObject(lambda: asked.help_lines),
        "help_numbers": SimpleLazyObject(lambda: asked.help_lines.on_every_page),
        "banner": SimpleLazyObject(lambda: asked.banner),
    }


def asked_for(request: HttpRequest) -> "Asked":
    """What the frame of this request's page asks; a view that needs of it asks it here."""
    language = get_language() or settings.LANGUAGE_CODE
    asked: Asked | None = getattr(request, "_asked", None)
    if asked is None or asked.language != language:
        asked = Asked(language)
        setattr(request, "_asked", asked)  # noqa: B010 -- lives as long as this request
    return asked


class Asked:
    """What one page asks of the database for its frame. It waits only once for one that is away."""

    def __init__(self, language: str, *, away: bool = False) -> None:
        self.language = language
        self.away = away

    @cached_property
    def help_lines(self) -> HelpLines:
        return self._of_database(help_lines, known_help_lines)

    @cached_property
    def banner(self) -> str:
        return self._of_database(banner, lambda language: "")

    def _of_database(self, question: Callable[[str], T], otherwise: Callable[[str], T]) -> T:
        """The answer to a question about this page's language, or what is said without one."""
        if self.away:
            return otherwise(self.language)
        try:
            return question(self.language)
        except DatabaseError:
            self.away = True
            log.warning("a page's frame is not as it should be: the database does not answer")
            return otherwise(self.language)
