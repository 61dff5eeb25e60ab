"""The site's legal knowledge: why something should go, by which procedure, and what fits."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What

HAND_OVER_GROUND = "possible_minor"
HAND_OVER_ROUTE = "hotline"


class Element(models.TextChoices):
    """What a law or a code can demand of the words of a notice."""

    EXPLANATION = "explanation", _("why this is illegal")
    URLS = "urls", _("every exact address")
    NOTIFIER = "notifier", _("name and mail address of who sends it")
    GOOD_FAITH = "good_faith", _("that it is sent in good faith")
    MANDATE = "mandate", _("for whom it is sent")
    TRIED_BEFORE = "tried_before", _("who was asked before")
    ANSWER = "answer", _("a link to answer by")
    SIGNATURE = "signature", _("a signature")


def check_switch(is_hand_over: bool, verified: bool, source: str) -> None:
    """Raise ValidationError: switched on without a source, or the hand-over switched off."""
    if verified and not source:
        raise ValidationError({"source": _("Name the public source first.")})
    if is_hand_over and not verified:
        raise ValidationError({"verified": _("The hand-over to the hotline stays on.")})


class Named(models.Model):
    """A row of the site's legal knowledge: named in both languages, with its source."""

    key = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_nl if get_language() == "nl" else self.name_en

    def clean(self) -> None:
        check_switch(self.key in (HAND_OVER_GROUND, HAND_OVER_ROUTE), self.verified, self.source)


class LegalGround(Named):
    """Why something should go."""

    law_en = models.CharField(_("law, in English"), max_length=200)
    law_nl = models.CharField(_("law, in Dutch"), max_length=200)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, blank=True)
    needs_not_agreed = models.BooleanField(_("needs: the person did not agree"), default=False)
    needs_recognisable = models.BooleanField(
        _("needs: the person can be recognised"), default=False
    )
    needs_private = models.BooleanField(
        _("needs: private images, or made in secret"), default=False
    )
    urgent = models.BooleanField(
        _("urgent"),
        default=True,
        help_text=_("Never waits for office hours, a weekend or a holiday."),
    )

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id key name_en name_nl source verified law_en law_nl jurisdiction needs_not_agreed"
            " needs_recognisable needs_private urgent",
        )
    )

    class Meta:
        verbose_name = _("legal ground")
        verbose_name_plural = _("legal grounds")


class Route(Named):
    """By which procedure a kind of recipient is asked."""

    kinds = models.JSONField(_("recipients it reaches"), default=list)

    privacy = Privacy(Kept(What.PUBLIC, "always", "id key name_en name_nl source verified kinds"))

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")


class GroundRoute(models.Model):
    """A ground and a route that fit, and what a notice along them must hold."""

    ground = models.ForeignKey(LegalGround, models.CASCADE, related_name="pairs")
    route = models.ForeignKey(Route, models.CASCADE, related_name="pairs")
    template = models.SlugField(_("template"), max_length=40)
    clock_hours = models.PositiveSmallIntegerField(_("hours to answer"))
    clock_source = models.CharField(_("where the hours come from"), max_length=200)
    required = models.JSONField(_("required elements"), default=list)
    needs_mandate = models.BooleanField(_("needs the person's mandate"), default=False)
    chasers = models.PositiveSmallIntegerField(
        _("reminders after silence"),
        default=1,
        help_text=_("How often a reminder is made when no answer came in time."),
    )
    chasers_alone = models.PositiveSmallIntegerField(
        _("of these, sent by themselves"),
        default=0,
        help_text=_("The first so many are sent without a colleague confirming them."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id ground route template clock_hours clock_source required needs_mandate chasers"
            " chasers_alone source verified",
        )
    )

    class Meta:
        verbose_name = _("ground and route that fit")
        verbose_name_plural = _("grounds and routes that fit")
        constraints = [
            models.UniqueConstraint(fields=["ground", "route"], name="one_pair_a_ground_and_route")
        ]

    def __str__(self) -> str:
        return f"{self.ground} · {self.route}"

    def clean(self) -> None:
        check_switch(self.route.key == HAND_OVER_ROUTE, self.verified, self.source)

    @property
    def clock_is_law(self) -> bool:
        """Whether a law or code names the hours; else they are ours, or nobody looked it up."""
        return not self.clock_source.startswith(("ours", "not "))
