"""Questions that are asked for every link: once for all, and beside each link where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from intake.removal.models import Who
from intake.report.fields import field_of, mark_of
from intake.report.forms.base import StepForm
from intake.report.forms.questions import ABOUT, AGE, WHO, about_question, choice
from intake.report.links import FoundLink
from intake.report.states import Situation

if TYPE_CHECKING:
    from intake.report.forms.questions import Choices


class PerLinkForm(StepForm):
    """One question about all links, and the same one, small, beside each of several links."""

    asks: ClassVar[str]
    small: ClassVar[Choices]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._each: list[tuple[FoundLink, str]] = []
        links = self.answers.links
        for link in links if len(links) > 1 else []:
            mark = mark_of(link)
            name = field_of(mark, self.asks)
            self.fields[name] = forms.ChoiceField(
                label=link.shown,
                choices=[("", _("As for all links")), *self.small],
                required=False,
            )
            self.initial[name] = self.answers.own_answer(mark, self.asks)
            self._each.append((link, name))

    @property
    def each(self) -> list[tuple[FoundLink, BoundField]]:
        """Every link with its own small question; nothing when there is only one."""
        return [(link, self[name]) for link, name in self._each]

    @property
    def differs(self) -> bool:
        """Whether a link has an answer of its own."""
        return any(self.initial[name] for _link, name in self._each)


class WhoForm(PerLinkForm):
    asks = "who"
    small = WHO
    who = choice(_("Who is in the images?"), WHO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.answers.values["situation"] == Situation.FOUND:
            self.initial["who"] = self.initial["who"] or Who.FOUND
        if self._each:
            self.fields["who"].help_text = _(
                "Answer for most of the links. Is it different for one? Say so below."
            )


class AgeForm(PerLinkForm):
    asks = "age"
    small = AGE
    age = choice(
        _("How old was the person in the images?"),
        AGE,
        _("Not how old now, but when the images were made."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.answers.is_own:
            self.fields["age"].label = _("How old were you in the images?")
            self.fields["age"].help_text = _(
                "Not how old you are now, but how old you were when the images were made."
            )


class DifferForm(forms.Form):
    """All the answers for one link that is not like the others."""

    who = choice(_("Who is in the images?"), WHO)
    age = choice(
        _("How old was the person in the images?"),
        AGE,
        _("Not how old now, but when the images were made."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ABOUT:
            self.fields[name] = about_question(name, own=False)
