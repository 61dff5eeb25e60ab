"""Services of others that keep an image from being shared again, by the age in the picture.

Both make a fingerprint of an image on the device where it is, and give it to platforms that join
in. We have no such tool of our own: whoever uses theirs must have the image already, and nobody is
ever advised to get one for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.removal.models import AgeInPicture, Who


@dataclass(frozen=True)
class Signpost:
    """A service of another organisation, for whom it is, and where that was read and when."""

    name: str
    url: str
    whom: Promise
    source: str
    read_on: date


# "If you were under age 18 when the image or video was taken, you can still use this service."
TAKE_IT_DOWN = Signpost(
    "Take It Down",
    "https://takeitdown.ncmec.org/",
    _("For images in which the person is under 18, also if that person is an adult now."),
    "https://takeitdown.ncmec.org/faq/",
    date(2026, 11, 23),
)
# "If the image is of someone under the age of 18, even if it is of yourself and you are now over
# 18, please submit to TakeItDown." Fake images count as well.
STOP_NCII = Signpost(
    "StopNCII.org",
    "https://stopncii.org/",
    _("For images in which the person is 18 or older, also when they are fake."),
    "https://stopncii.org/faq/",
    date(2026, 11, 23),
)
BY_AGE: dict[str, tuple[Signpost, ...]] = {
    AgeInPicture.UNDER_18: (TAKE_IT_DOWN,),
    AgeInPicture.ADULT: (STOP_NCII,),
}
BOTH = (TAKE_IT_DOWN, STOP_NCII)
# They must not have the images at all, so there is nothing to make a fingerprint of.
HAVE_NO_IMAGE = frozenset({Who.FOUND, Who.TEACHER, Who.LAWYER})


def signposts(said: Iterable[tuple[str, str]]) -> list[Signpost]:
    """The services that fit, from who is in the images and how old they were, per link.

    Who does not know the age sees both, each with the age it is for.
    """
    wanted = {
        signpost
        for who, age in said
        if who not in HAVE_NO_IMAGE
        for signpost in BY_AGE.get(age, BOTH)
    }
    return [signpost for signpost in BOTH if signpost in wanted]
