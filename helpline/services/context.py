"""What the frame of every page shows."""

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    return {"exit_url": settings.HELPLINE_EXIT_URL, "organisation": settings.HELPLINE_ORGANISATION}
