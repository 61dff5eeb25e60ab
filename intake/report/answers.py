"""Everything a visitor said so far, as it travels with each page of the report.

It lives in the hidden fields of the page alone: no cookie and no row until it is sent. So it comes
from the visitor each time, and is read with the same care each time: a value that is not one of
the choices is as good as left open.
"""

from collections.abc import Iterator
from functools import cached_property

from django.http import QueryDict

from intake.removal.models import ON_BEHALF, AgeInPicture, Who, Wish, YesNo
from intake.report import codes
from intake.report.declarations import MANDATE_FOR_OTHERS, MANDATE_VERSION
from intake.report.details import Detail, Details
from intake.report.fields import (
    ABOUT,
    ALL_STEPS,
    CHOICES,
    MAX_TEXT,
    PER_LINK,
    answers_by_link,
    field_of,
    key_in,
    mark_of,
)
from intake.report.leads import Told, unpacked
from intake.report.links import FoundLink, find_links


class Answers:
    """The answers in a submitted page. Which steps follow depends on them."""

    def __init__(self, data: QueryDict | None = None) -> None:
        data = QueryDict() if data is None else data
        self.key = key_in(data.get("key", ""))
        # Of a report made before, to which these links are added.
        self.code = codes.normalised(data.get("code", ""))[:64]
        self.text = data.get("text", "")
        self.out = frozenset(data.getlist("out"))
        self.seen = [step for step in ALL_STEPS if step in data.getlist("seen")]
        self.values: dict[str, str] = {
            name: data.get(name, "") if data.get(name, "") in allowed else ""
            for name, allowed in CHOICES.items()
        }
        self.values["text"] = self.text
        self._different = answers_by_link(data)
        self.details = Details(data)
        self.leads = unpacked(data.getlist("lead"))
        if self.values["mandate"] not in ("", "no", self.mandate_version):
            # Allowed under another text: since then somebody else is said to be in the images.
            self.values["mandate"] = ""
            self.seen = [step for step in self.seen if step != "mandate"]

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

    def add_link(self, text: str, detail: Detail) -> None:
        """Add an address to what was pasted, with what is known about it."""
        self.text = f"{self.text.rstrip()}\n{text}".lstrip("\n") if self.text.strip() else text
        self.values["text"] = self.text
        for name in ("found", "problems", "_all"):
            self.__dict__.pop(name, None)
        for link in self.found:
            if link.address and link.address.url == text:
                self.details.set(mark_of(link), detail)
                self.out -= {mark_of(link)}

    def add_lead(self, lead: Told) -> None:
        if lead not in self.leads:
            self.leads.append(lead)

    # What was answered.

    @property
    def is_own(self) -> bool:
        """Whether the visitor is the person in the images, whichever link it is."""
        return self._who_of_all == {Who.SELF}

    @property
    def wish(self) -> str:
        return self.values["wish"] or Wish.REMOVE

    @property
    def mandate_version(self) -> str:
        """The text of the mandate that fits who reports."""
        return MANDATE_FOR_OTHERS if self._on_behalf else MANDATE_VERSION

    @property
    def may_give_mandate(self) -> bool:
        """A mandate is for the person in the images, or who acts with their agreement."""
        return any(self.may_allow_us(said["who"]) for said in self._said if says_adult(said))

    def of_link(self, link: FoundLink) -> dict[str, str]:
        """The answers that hold for one link: its own where it has them, else those for all."""
        own = {name: self.values[name] for name in PER_LINK}
        return own | self._different.get(mark_of(link), {})

    @property
    def _said(self) -> list[dict[str, str]]:
        """The answers that hold for each link, and those for what was told without a link."""
        said = [self.of_link(link) for link in self.links]
        if self.leads:
            said.append({name: self.values[name] for name in PER_LINK})
        return said

    def own_answer(self, mark: str, name: str) -> str:
        """What was said about one link alone, or nothing."""
        return self._different.get(mark, {}).get(name, "")

    def is_different(self, link: FoundLink) -> bool:
        return mark_of(link) in self._different

    def set_different(self, mark: str, values: dict[str, str] | None) -> None:
        """Give one link answers of its own, or the same as all others again."""
        own = {
            name: value
            for name, value in (values or {}).items()
            if name in PER_LINK and value in CHOICES[name]
        }
        if own:
            self._different[mark] = own
        else:
            self._different.pop(mark, None)

    def is_adult(self, link: FoundLink) -> bool:
        """Whether the person in this link's images was 18 or older, and somebody said so."""
        return says_adult(self.of_link(link))

    @property
    def has_adult(self) -> bool:
        return any(says_adult(said) for said in self._said)

    @property
    def has_possible_minor(self) -> bool:
        return not all(says_adult(said) for said in self._said)

    def who_and_age(self) -> list[tuple[str, str]]:
        """Of each link who is in the images, and how old they were."""
        return [(said["who"], said["age"]) for said in self._said]

    # Who reports for somebody else.

    @property
    def _who_of_all(self) -> frozenset[str]:
        return frozenset({said["who"] for said in self._said} or {self.values["who"]})

    @property
    def _on_behalf(self) -> frozenset[str]:
        return self._who_of_all & ON_BEHALF

    @property
    def on_behalf(self) -> str:
        """In which role the visitor reports for somebody else, when it is one for all of those."""
        (role,) = self._on_behalf if len(self._on_behalf) == 1 else ("",)
        return role

    @property
    def asks_whether_they_know(self) -> bool:
        """Of who reports for somebody possibly under 18. A lawyer is not asked."""
        return any(
            said["who"] in ON_BEHALF - {Who.LAWYER} and not says_adult(said) for said in self._said
        )

    @property
    def asks_for_authority(self) -> bool:
        """Of who reports for an adult: only with their agreement we may lean on their rights."""
        return any(said["who"] in ON_BEHALF and says_adult(said) for said in self._said)

    def may_allow_us(self, who: str) -> bool:
        """Whether a mandate can come from who reports in this role."""
        if who in ON_BEHALF:
            return self.values["authority"] == YesNo.YES
        return who != Who.FOUND

    # Where the visitor is.

    @property
    def steps(self) -> list[str]:
        """The pages of this report, in order: nothing is asked that is not needed."""
        return self._pages(
            links=bool(self.links),
            behalf=self.asks_whether_they_know or self.asks_for_authority,
            careful=self.has_possible_minor,
            adult=self.has_adult,
            mandate=self.may_give_mandate,
        )

    def number_of(self, step: str) -> int:
        """Which page this is, counted from one; the first only says what follows, and is not counted."""
        steps = [name for name in self.steps if name != "start"]
        return steps.index(step) + 1 if step in steps else 0

    @property
    def total(self) -> int:
        """How many pages there are. What is not known yet counts as the longer way, so that the end
        never moves away."""
        who, age = "who" in self.seen, "age" in self.seen
        agreed = not self.asks_for_authority or "behalf" in self.seen
        pages = self._pages(
            links=bool(self.links) or "found" not in self.seen,
            behalf=not who or self.asks_whether_they_know or self.asks_for_authority,
            careful=not age or self.has_possible_minor,
            adult=not age or self.has_adult,
            mandate=not (age and agreed) or self.may_give_mandate,
        )
        return len([name for name in pages if name != "start"])

    def _pages(
        self, *, links: bool, behalf: bool, careful: bool, adult: bool, mandate: bool
    ) -> list[str]:
        pages = ["start", "situation", "help", "links", "found"]
        pages += ["details", "who", "age"] if links else ["who", "age"]
        pages += ["behalf"] * behalf + ["careful"] * careful
        if adult:
            pages += [*ABOUT, "wish", "agree"] + ["mandate"] * mandate
        if self.code:
            pages = pages[pages.index("links") :]
        return [*pages, "check"]

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
        return earlier[-1] if earlier else self.steps[0]

    def hidden(self, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
        """The hidden fields that carry everything but the questions of the page itself."""
        yield "key", str(self.key)
        if self.code:
            yield "code", self.code
        for name, value in self.values.items():
            if value and name not in without:
                yield name, value
        for mark in sorted(self.out):
            yield "out", mark
        for step in self.seen:
            yield "seen", step
        for mark, values in sorted(self._different.items()):
            for name, value in values.items():
                if field_of(mark, name) not in without:
                    yield field_of(mark, name), value
        for lead in self.leads:
            yield "lead", lead.packed
        for name, value in self.details.fields():
            if name not in without:
                yield name, value


def says_adult(said: dict[str, str]) -> bool:
    """Whether these answers are about somebody who was 18 or older, and somebody said so."""
    return said["age"] == AgeInPicture.ADULT
