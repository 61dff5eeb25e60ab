"""What the status page has of the talk: what was said, what is asked, and what is said now.

The code stands in the form's body, so a message comes with it to the page itself. A reload sends
the same form again, which says nothing twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpline.privacy import throttle
from intake.report.models import Report
from intake.report.talk.actions import say, show_talk
from intake.report.talk.covering import has_address
from intake.report.talk.errors import RefusedError
from intake.report.talk.forms import AnswerForm, SayForm
from intake.report.talk.models import Message
from intake.report.talk.queries import open_questions, question_of

# A person types slower than this; it slows down who does not.
PACE = "6/minute"
# The fields of the talk's forms.
TYPED = re.compile(r"(?:say|answer-[0-9]{1,18})-(?:key|text)")


@dataclass(frozen=True)
class Said:
    """One message on the status page, with the number of the link that it is about."""

    message: Message
    number: int | None

    @property
    def is_new(self) -> bool:
        return not self.message.is_from_reporter and self.message.seen_at is None


@dataclass(frozen=True)
class Asked:
    """A question about a link, with the form that answers it."""

    message: Message
    number: int | None
    form: AnswerForm


@dataclass(frozen=True)
class Taken:
    """What became of a message that came with the request, if one did."""

    kept: bool = False
    has_address: bool = False
    question: Message | None = None
    form: SayForm | AnswerForm | None = None


@dataclass(frozen=True)
class Talk:
    """All that the status page shows of the talk."""

    said: list[Said]
    asked: list[Asked]
    form: SayForm
    taken: Taken = field(default_factory=Taken)

    @property
    def has_news(self) -> bool:
        return any(one.is_new for one in self.said)

    @property
    def wrong(self) -> SayForm | AnswerForm | None:
        """The form that says what is wrong with it, for the summary above the page."""
        return self.taken.form


def take(request: HttpRequest, report: Report, *, question: str = "") -> Taken:
    """Keep what the reporter says with this request, or say why not; nothing typed is lost.

    ``question`` is the number of the question that it answers, as it came in the form.
    """
    asked = question_of(report, question)
    form: SayForm | AnswerForm
    if asked is not None:
        form = AnswerForm(request.POST, prefix=f"answer-{asked.pk}")
    else:
        form = SayForm(request.POST, prefix="say")
    if not form.is_valid():
        return Taken(question=asked, form=form)
    if not throttle.hit("report message", str(report.pk), per=PACE):
        form.add_error(
            "text",
            _("That was a lot at once. What you typed is still here: send it in a minute."),
        )
        return Taken(question=asked, form=form)
    try:
        message = say(report=report, text=form.words, client_id=form.client_id, answers=asked)
    except RefusedError as refused:
        form.add_error("text", str(refused.refusal.label))
        return Taken(question=asked, form=form)
    return Taken(kept=True, has_address=has_address(message.text))


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed for us, to be carried on by a page that comes in between."""
    return [(name, request.POST.get(name, "")) for name in request.POST if TYPED.fullmatch(name)]


def talk_for(
    report: Report,
    numbers: Mapping[int, int],
    taken: Taken | None = None,
    *,
    typed: Mapping[str, str],
) -> Talk:
    """The talk as the status page shows it. Three queries at most, however much was said.

    ``numbers`` are those of the report's links on the page, by their keys; ``typed`` is what a page
    in between carried on.
    """
    taken = taken or Taken()
    messages = show_talk(report=report)
    asked = open_questions(messages)
    if taken.question is not None and taken.question not in asked:
        asked.append(taken.question)  # answered from another window: what is wrong is said here
    return Talk(
        said=[Said(message, numbers.get(message.about_id or 0)) for message in messages],
        asked=[
            Asked(
                question,
                numbers.get(question.about_id or 0),
                taken.form
                if isinstance(taken.form, AnswerForm) and question == taken.question
                else AnswerForm(**_begun(typed, f"answer-{question.pk}")),
            )
            for question in asked
        ],
        form=taken.form if isinstance(taken.form, SayForm) else SayForm(**_begun(typed, "say")),
        taken=taken,
    )


def _begun(typed: Mapping[str, str], prefix: str) -> dict[str, object]:
    """How a form begins: empty, or with what was typed in it before."""
    before = {name: typed.get(f"{prefix}-{name}", "") for name in ("key", "text")}
    return {"prefix": prefix, "initial": {name: text for name, text in before.items() if text}}
