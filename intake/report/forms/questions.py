"""What is asked, in words, wherever it is asked. Which text asks it depends on who is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.removal.models import AgeInPicture, Who, Wish, YesNo

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

    Choices = list[tuple[str, Text]]

WHO: Choices = [
    (Who.SELF, _("I am")),
    (Who.CHILD, _("My child, or a child I look after")),
    (Who.OTHER, _("Somebody I know or help")),
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
        "By the face, but also by a tattoo, a room, or a name that stands beside it."
    ),
    "agreed": _(
        "Agreeing to making an image, or to sending it to one person, is not agreeing to this."
    ),
    "lives_in_nl": _("Then Dutch law helps too, wherever the website is."),
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


def add_about(form: forms.Form, *, own: bool) -> None:
    """Add the questions about the images to a form."""
    for name, (to_self, about_other) in ABOUT.items():
        form.fields[name] = choice(
            to_self if own else about_other, YES_NO, ABOUT_HINTS.get(name, "")
        )
