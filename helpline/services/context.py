"""What the frame of every page shows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from helpline.services.queries import banner, help_numbers


def frame(request: HttpRequest) -> dict[str, object]:
    """The exit, the organisation's name, the banner and the 24-hour numbers, asked when shown."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "exit_url": settings.HELPLINE_EXIT_URL,
        "organisation": settings.HELPLINE_ORGANISATION,
        "demo": settings.HELPLINE_DEMO,
        "help_numbers": SimpleLazyObject(lambda: help_numbers(language)),
        "banner": SimpleLazyObject(lambda: banner(language)),
    }
