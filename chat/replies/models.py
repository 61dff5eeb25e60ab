"""What counsellors need not type each time. Editors keep it; nothing in it is about anybody."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin

from helpline.privacy.declare import Kept, Privacy, What

# What the console fills in. A part in [square brackets] is for the counsellor to fill in.
PLACES = ("visitor", "counsellor")
BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
LONGEST = 1500  # characters: with a long name in it, it still fits in one message


class PreparedReply(TranslatableMixin, models.Model):
    """A reply that a counsellor finds by its name and puts in the message box, there to change."""

    title = models.CharField(
        _("name"),
        max_length=80,
        help_text=_("By this a counsellor finds it. Visitors never see it."),
    )
    search_words = models.CharField(_("other words to find it by"), max_length=200, blank=True)
    text = models.TextField(
        _("text"),
        max_length=LONGEST,
        help_text=_(
            "{visitor} becomes the visitor's name and {counsellor} the counsellor's. Put in [square"
            " brackets] what the counsellor has to fill in."
        ),
    )
    service = models.ForeignKey(
        "services.Service",
        models.CASCADE,
        related_name="prepared_replies",
        null=True,
        blank=True,
        verbose_name=_("only for this service"),
        help_text=_("Leave empty when every service uses this reply."),
    )
    active = models.BooleanField(_("in use"), default=True)

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id translation_key locale title search_words text service active",
        )
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("prepared reply")
        verbose_name_plural = _("prepared replies")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Braces hold a place that the console knows: anything else would go to a visitor."""
        for found in BRACES.finditer(self.text):
            if found[1] not in PLACES:
                raise ValidationError(
                    {
                        "text": _("%(found)s is not a place that is filled in. Use %(places)s.")
                        % {
                            "found": found[0],
                            "places": ", ".join(f"{{{place}}}" for place in PLACES),
                        }
                    }
                )
