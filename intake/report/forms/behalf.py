"""What is asked of who reports for somebody else: nothing about themselves."""

from typing import Any

from intake.report.forms.base import StepForm
from intake.report.forms.questions import AUTHORITY, KNOWS, YES_NO, choice


class BehalfForm(StepForm):
    """Whether the person knows of it, or agrees to it. Which is asked depends on the age."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.answers.on_behalf
        if self.answers.asks_whether_they_know:
            self.fields["knows"] = choice(KNOWS.get(role, KNOWS[""]), YES_NO)
        if self.answers.asks_for_authority:
            label, hint = AUTHORITY.get(role, AUTHORITY[""])
            self.fields["authority"] = choice(label, YES_NO, hint)
