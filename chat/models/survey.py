"""What visitors say about a chat afterwards, if they want to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.answers import Grade
from helpline.privacy.declare import Kept, Privacy, What


class SurveyAnswer(models.Model):
    """One visitor's answers to the two questions after a chat. It leads back to no chat.

    It has the day and no moment, and stands by itself from the beginning: not even the visitor's
    own chat can be found from it.
    """

    service = models.ForeignKey("services.Service", models.CASCADE, related_name="survey_answers")
    day = models.DateField(_("day"))
    heard = models.CharField(_("felt heard"), max_length=6, choices=Grade, blank=True)
    knows = models.CharField(_("knows what to do"), max_length=6, choices=Grade, blank=True)
    # Of the form, so that its second press counts once.
    once_hash = models.BinaryField(max_length=32, unique=True)

    privacy = Privacy(
        Kept(What.ANSWER, "figures", "heard knows"),
        Kept(What.KEYED, "figures", "once_hash"),
        Kept(What.RECORD, "figures", "id service day"),
        expires_by="day",
        lifetime="figures",
    )

    class Meta:
        verbose_name = _("answer to the survey")
        verbose_name_plural = _("answers to the survey")
        indexes = [models.Index(fields=["service", "day"], name="survey_of_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.heard} {self.knows}"
