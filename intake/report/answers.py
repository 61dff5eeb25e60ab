"""Everything a visitor said so far, as it travels with each page of the report.

It lives in the hidden fields of the page alone: no cookie and no row until it is sent. So it comes
from the visitor each time, and is read with the same care each time: a value that is not one of
the choices is as good as left open.
"""

import hashlib
import uuid
from collections.abc import Iterator
from functools import cached_property

from django.http import QueryDict

from intake.removal.models import AgeInPicture, Who, Wish, YesNo
from intake.report.actions import LinkFacts, StatementFacts
from intake.report.declarations import DECLARATION_VERSION, MANDATE_VERSION
from intake.report.links import FoundLink, find_links
from intake.report.states import Situation

MAX_TEXT = 200_000  # characters; 200 links of 1,000 each
DIFFERENT = "different"
CHOICES: dict[str, frozenset[str]] = {
    "situation": frozenset(Situation.values) - {Situation.SKIPPED},
    "who": frozenset(Who.values) - {Who.SKIPPED},
    "age": frozenset(AgeInPicture.values) - {AgeInPicture.SKIPPED},
    "recognisable": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "agreed": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "private_or_secret": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "lives_in_nl": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "wish": frozenset(Wish.values),
    "declared": frozenset({DECLARATION_VERSION}),
    "mandate": frozenset({MANDATE_VERSION, "no"}),
}
PER_LINK = ("who", "age", "recognisable", "agreed", "private_or_secret", "lives_in_nl")
ALL_STEPS = (
    "start",
    "situation",
    "links",
    "found",
    "who",
    "age",
    "careful",
    "about",
    "wish",
    "agree",
    "check",
)


def mark_of(link: FoundLink) -> str:
    """A short name for a link within one form."""
    return hashlib.sha256(link.shown.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Answers:
    """The answers in a submitted page. Which steps follow depends on them."""

    def __init__(self, data: QueryDict | None = None) -> None:
        data = QueryDict() if data is None else data
        self.key = _uuid(data.get("key", ""))
        self.text = data.get("text", "")
        self.out = frozenset(data.getlist("out"))
        self.seen = [step for step in ALL_STEPS if step in data.getlist("seen")]
        self.values: dict[str, str] = {
            name: data.get(name, "") if data.get(name, "") in allowed else ""
            for name, allowed in CHOICES.items()
        }
        self.values["text"] = self.text
        self._different = _different(data)

    # What was found in the text.

    @cached_property
    def found(self) -> list[FoundLink]:
        """The addresses that can be reported, also those that were taken out."""
        return [link for link in self._all if link.address]

    @cached_property
    def problems(self) -> list[FoundLink]:
        """What was meant as an address and cannot be reported."""
        return [link for link in self._all if link.problem]

    @property
    def links(self) -> list[FoundLink]:
        """The addresses that go into the report."""
        return [link for link in self.found if mark_of(link) not in self.out]

    @property
    def left_out(self) -> list[FoundLink]:
        return [link for link in self.found if mark_of(link) in self.out]

    @property
    def is_garbled(self) -> bool:
        """Whether characters arrived that nobody can read."""
        return "\ufffd" in self.text or "\x00" in self.text

    @cached_property
    def _all(self) -> list[FoundLink]:
        return find_links(self.text[:MAX_TEXT])

    # What was answered.

    @property
    def is_own(self) -> bool:
        """Whether the visitor is the person in the images."""
        return self.values["who"] == Who.SELF

    @property
    def wish(self) -> str:
        return self.values["wish"] or Wish.REMOVE

    @property
    def may_give_mandate(self) -> bool:
        """A mandate is for the person in the images or somebody who stands beside them."""
        return self.values["who"] != Who.FOUND

    def of_link(self, link: FoundLink) -> dict[str, str]:
        """The answers that hold for one link."""
        own = {name: self.values[name] for name in PER_LINK}
        return own | self._different.get(mark_of(link), {})

    def is_different(self, link: FoundLink) -> bool:
        return mark_of(link) in self._different

    def set_different(self, mark: str, values: dict[str, str] | None) -> None:
        """Give one link answers of its own, or the same as all others again."""
        if values is None:
            self._different.pop(mark, None)
        else:
            self._different[mark] = {
                name: values.get(name, "") if values.get(name, "") in CHOICES[name] else ""
                for name in PER_LINK
            }

    def is_adult(self, link: FoundLink) -> bool:
        """Whether the person in this link's images was 18 or older, and somebody said so."""
        return self.of_link(link)["age"] == AgeInPicture.ADULT

    @property
    def has_adult(self) -> bool:
        return any(self.is_adult(link) for link in self.links)

    @property
    def has_possible_minor(self) -> bool:
        return not all(self.is_adult(link) for link in self.links)

    # Where the visitor is.

    @property
    def steps(self) -> list[str]:
        """The pages of this report, in order: nothing is asked that is not needed."""
        steps = ["start", "situation", "links", "found", "who", "age"]
        if self.has_possible_minor:
            steps.append("careful")
        if self.values["age"] == AgeInPicture.ADULT:
            steps.append("about")
        if self.has_adult:
            steps += ["wish", "agree"]
        return [*steps, "check"]

    def after(self, step: str) -> str:
        """The next page: after a change on the check page, only what was not seen yet."""
        order = {name: place for place, name in enumerate(ALL_STEPS)}
        following = [name for name in self.steps if order[name] > order[step]]
        if "check" in self.seen:
            following = [name for name in following if name not in self.seen] or ["check"]
        return following[0] if following else "check"

    def before(self, step: str) -> str:
        order = {name: place for place, name in enumerate(ALL_STEPS)}
        earlier = [name for name in self.steps if order[name] < order[step]]
        return earlier[-1] if earlier else "start"

    def hidden(self, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
        """The hidden fields that carry everything but the questions of the page itself."""
        yield "key", str(self.key)
        for name, value in self.values.items():
            if value and name not in without:
                yield name, value
        for mark in sorted(self.out):
            yield "out", mark
        for step in self.seen:
            yield "seen", step
        for mark, values in sorted(self._different.items()):
            for name, value in values.items():
                yield f"{DIFFERENT}-{mark}-{name}", value

    # What is sent.

    def link_facts(self) -> list[LinkFacts]:
        return [LinkFacts(link.typed, self._facts(link), link.address) for link in self.links]

    def submission(self) -> str:
        """Names exactly this report: the same form sent twice is one, a changed one is another."""
        content = repr([self.values["situation"], self.link_facts()])
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.key} {digest}"

    def _facts(self, link: FoundLink) -> StatementFacts:
        said = self.of_link(link)
        who = said["who"] or Who.SKIPPED
        if not self.is_adult(link):
            # For the hotline the age is enough, and nothing else was asked.
            return StatementFacts(
                reported_by=who, age_in_picture=said["age"] or AgeInPicture.SKIPPED
            )
        gives_mandate = self.values["mandate"] == MANDATE_VERSION and who != Who.FOUND
        return StatementFacts(
            reported_by=who,
            age_in_picture=AgeInPicture.ADULT,
            recognisable=said["recognisable"] or YesNo.SKIPPED,
            agreed=said["agreed"] or YesNo.SKIPPED,
            private_or_secret=said["private_or_secret"] or YesNo.SKIPPED,
            lives_in_nl=said["lives_in_nl"] or YesNo.SKIPPED,
            wish=self.wish,
            declaration_version=self.values["declared"],
            mandate_version=MANDATE_VERSION if gives_mandate else "",
        )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _different(data: QueryDict) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key in data:
        parts = key.split("-")
        if len(parts) != 3 or parts[0] != DIFFERENT or parts[2] not in PER_LINK:
            continue
        value = data.get(key, "")
        allowed = value if value in CHOICES[parts[2]] else ""
        found.setdefault(parts[1], dict.fromkeys(PER_LINK, ""))[parts[2]] = allowed
    return found
