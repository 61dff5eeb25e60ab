"""What is asked, in words, wherever it is asked. Which text asks it depends on who is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.models import AgeInPicture, Who, Wish, YesNo
from intake.report.declarations import MANDATE_FOR_OTHERS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

    Choices = list[tuple[str, Text]]

WHO: Choices = [
    (Who.SELF, _("I am")),
    (Who.CHILD, _("My child, or a child I look after")),
    (Who.OTHER, _("A friend, or somebody else I know")),
    (Who.TEACHER, _("A pupil, or somebody I help in my work")),
    (Who.LAWYER, _("Somebody I act for as a lawyer")),
    (Who.FOUND, _("I do not know them, I came across it")),
]
AGE: Choices = [
    (AgeInPicture.UNDER_18, _("Under 18")),
    (AgeInPicture.ADULT, _("18 or older")),
    (AgeInPicture.UNKNOWN, _("I do not know")),
]
YES_NO: Choices = [
    (YesNo.YES, _("Yes")),
    (YesNo.NO, _("No")),
    (YesNo.UNSURE, _("I am not sure")),
]
WISH: Choices = [
    (Wish.REMOVE, _("Ask to have it removed")),
    (Wish.POLICE_FIRST, _("Wait: I want to talk to the police first")),
    (Wish.WAIT, _("Wait: I want to think about it")),
]
# Question to the person in the images, and about somebody else.
ABOUT: dict[str, tuple[Text, Text]] = {
    "recognisable": (
        _("Can people recognise you?"),
        _("Can people recognise the person?"),
    ),
    "agreed": (
        _("Did you agree that these images are on the internet?"),
        _("Did the person agree that these images are on the internet?"),
    ),
    "private_or_secret": (
        _("Are the images private, such as naked or sexual, or made in secret?"),
        _("Are the images private, such as naked or sexual, or made in secret?"),
    ),
    "lives_in_nl": (
        _("Do you live in the Netherlands?"),
        _("Does the person live in the Netherlands?"),
    ),
}
ABOUT_HINTS: dict[str, Text] = {
    "recognisable": _(
        "By the face, but also by a tattoo, a room, or a name that stands beside it. Then more "
        "rules protect the person."
    ),
    "agreed": _(
        "Agreeing to making an image, or to sending it to one person, is not agreeing to this. "
        "Most requests lean on this answer."
    ),
    "private_or_secret": _("For such images the rules are the strictest."),
    "lives_in_nl": _("Then Dutch law helps too, wherever the website is."),
}
# Whether the person knows of it, and agrees: by the role of who reports, else in general.
KNOWS: dict[str, Text] = {
    Who.CHILD: _("Does your child know that you report this?"),
    "": _("Does the person in the images know that you report this?"),
}
AUTHORITY: dict[str, tuple[Text, Text]] = {
    Who.CHILD: (
        _("Did your child ask you to do this, or agree to it?"),
        _("Your child was 18 or older in the images, so your child decides."),
    ),
    Who.LAWYER: (
        _("Do you act for this person with their permission?"),
        _("Such as an agreement or a power of attorney. We do not ask to see it."),
    ),
    "": (
        _("Did the person in the images ask you to do this, or agree to it?"),
        _("You may also be their legal representative, such as a curator."),
    ),
}
# Why each is asked, beside the question. The questions about the images say it in their hint.
WHY: dict[str, Text] = {
    "situation": _(
        "So that we can say what helps first. Who works on your report sees which of these you "
        "chose. It names nobody."
    ),
    "text": _(
        "A website can only take away what it can find. With the link it knows which page we mean."
    ),
    "who": _(
        "Some rights belong to the person in the images alone. We have to know whether we may "
        "lean on those. We do not ask for a name."
    ),
    "knows": _(
        "Somebody who hears later that things were done behind their back can feel alone again. "
        "Both answers are good: we go on either way, and we know whom we are writing to."
    ),
    "authority": _(
        "Some requests lean on a right that only the person in the images has. We make those "
        "only if that person agrees. All other requests we make anyway."
    ),
    "wish": _(
        "You decide. What is asked once cannot be called back, so we ask nobody before you say so."
    ),
    "declared": _(
        "The law says that a request must come with this, so that nobody has things removed "
        "that may stay."
    ),
    "mandate": _("Without this we use only the rules under which anybody may ask."),
}


def choice(label: Text, choices: Choices, help_text: Text = "") -> forms.ChoiceField:
    """A question with radios that may be left open."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.RadioSelect,
    )


def mandate_question(version: str) -> forms.ChoiceField:
    """Whether we may act, under one version of the mandate."""
    if version == MANDATE_FOR_OTHERS:
        return choice(
            _("May we act for the person in the images?"),
            [(version, _("Yes, you may act for them")), ("no", _("No"))],
        )
    return choice(
        _("May we act for you?"), [(version, _("Yes, you may act for me")), ("no", _("No"))]
    )


def about_question(name: str, *, own: bool) -> forms.ChoiceField:
    """A question about the images, to the person in them or about somebody else."""
    to_self, about_other = ABOUT[name]
    return choice(to_self if own else about_other, YES_NO, ABOUT_HINTS.get(name, ""))
