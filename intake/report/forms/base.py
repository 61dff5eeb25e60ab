"""What every form with questions to a reporter is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from intake.report.answers import Answers
from intake.report.forms.questions import WHY

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text


class ReasonedForm(forms.Form):
    """A form whose questions say why they are asked."""

    @property
    def why(self) -> dict[str, Text]:
        """The reason why each question is asked."""
        return {name: WHY[name] for name in self.fields if name in WHY}


class StepForm(ReasonedForm):
    """A page of the report. ``answers`` is all that was said so far, this page included."""

    def __init__(self, answers: Answers, data: Any = None, **kwargs: Any) -> None:
        self.answers = answers
        kwargs.setdefault("initial", dict(answers.values))
        super().__init__(data, **kwargs)
