"""Walks the pages of a report as a browser without JavaScript does."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

Fields = dict[str, list[str]]
ADULT: dict[str, str] = {
    "situation": "spread",
    "text": "https://example.org/a",
    "who": "self",
    "age": "adult",
    "recognisable": "yes",
    "agreed": "no",
    "knows": "yes",
    "authority": "yes",
    "private_or_secret": "yes",
    "lives_in_nl": "yes",
    "wish": "remove",
    "declared": "2026-11",
    "mandate": "2026-11",
}


class Page(HTMLParser):
    """A page as a person and a browser meet it: words, fields and buttons."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.status = response.status_code
        self.html: str = response.content.decode()
        self.fields: Fields = {}
        self.buttons: list[str] = []
        self.choices: dict[str, list[str]] = {}
        self.markup: list[str] = []  # every element, with its attributes
        self.attributes: dict[str, str] = {}  # the last of each name
        self._words: list[str] = []
        self._area: str | None = None
        self._select: str | None = None
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self.markup.append(f"{tag} {' '.join(at)}")
        self.attributes.update(at)
        name = at.get("name", "")
        if tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
            self.fields[name] = []
        elif tag == "option" and self._select is not None:
            if "selected" in at or not self.fields[self._select]:
                self.fields[self._select] = [at["value"]]
        elif tag == "button" and name == "go":
            self.buttons.append(at["value"])
        elif tag == "input" and at.get("type") in ("radio", "checkbox"):
            value = at.get("value", "on")
            self.choices.setdefault(name, []).append(value)
            if "checked" in at:
                self.fields.setdefault(name, []).append(value)
        elif tag == "input" and name:
            self.fields.setdefault(name, []).append(at.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # HTML ignores one line end at the start, which Django's template therefore writes.
            self.fields[self._area][0] = self.fields[self._area][0].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][0] += data
        else:
            self._words.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    @property
    def text(self) -> str:
        """What was pasted."""
        return self.fields["text"][0]

    @property
    def step(self) -> str:
        return self.fields["step"][0]

    @property
    def errors(self) -> bool:
        return "govuk-error-summary" in self.html


class Walk:
    """One visitor's way through a report."""

    def __init__(self, client: Client, language: str = "en") -> None:
        self.client = client
        self.path = f"/{language}/report/"
        self.page = Page(client.get(self.path))

    def press(self, go: str = "next", **answers: str | list[str]) -> Page:
        fields: Fields = {**self.page.fields}
        for name, value in answers.items():
            fields[name] = value if isinstance(value, list) else [value]
        self.page = Page(posted(self.client, self.path, {**fields, "go": [go]}))
        return self.page

    def to(self, step: str, **answers: str) -> Page:
        """Walk on with these answers, or those for an adult, until a page."""
        for _step in range(25):
            if self.page.step == step:
                return self.page
            self.on(**answers)
        raise AssertionError(f"never came to {step}")

    def on(self, **answers: str) -> Page:
        """Answer the page with these answers, or those for an adult, and go to the next."""
        given = {**ADULT, **answers}
        asked = [*self.page.choices, "text"]
        own = {name: given[name] for name in asked if given.get(name)}
        if own.get("mandate", "no") not in self.page.choices.get("mandate", ["no"]):
            own["mandate"] = self.page.choices["mandate"][0]  # the text that fits who reports
        if "text" in own and self.page.step != "links":
            del own["text"]
        before = self.page.step
        self.press(**own)
        assert not self.page.errors, (before, self.page.words)
        return self.page

    def send(self, **answers: str) -> Page:
        self.to("check", **answers)
        return self.press("send")


def posted(client: Client, path: str, fields: Fields) -> Any:
    """Post as a browser posts a form: never as multipart, line ends as CRLF."""
    pairs = [
        (name, value.replace("\r\n", "\n").replace("\n", "\r\n"))
        for name, values in fields.items()
        for value in values
    ]
    return client.post(path, urlencode(pairs), content_type="application/x-www-form-urlencoded")


def code_on(page: Page) -> str:
    """The return code on the last page."""
    start = page.html.index('class="code"')
    part = Page(HttpResponse(page.html[start - 3 : page.html.index("</p>", start)].encode()))
    return part.words
