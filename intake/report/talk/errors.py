"""Why something could not be said, in words for who wanted to say it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    TOO_MANY = (
        "too_many",
        _(
            "We have several messages of you that we did not answer yet. What you typed is still "
            "here: send it when we have answered, or talk to us in the chat."
        ),
    )
    SAID_MEANWHILE = (
        "said_meanwhile",
        _("Something was said meanwhile. Read it first; what you typed is still here."),
    )
    POSSIBLY_MINOR = (
        "possibly_minor",
        _("Somebody in this link may be under 18: the hotline deals with it, and asks itself."),
    )
    ERASED = "erased", _("This report was erased just now. Nothing can be said about it any more.")


class RefusedError(Exception):
    """Something that cannot be said as things stand."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
