"""A visitor's whole way in, whatever pages it has: each page is answered by what it asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

ADULT = {
    "situation": "spread",
    "who": "self",
    "age": "adult",
    "recognisable": "yes",
    "agreed": "no",
    "private_or_secret": "yes",
    "lives_in_nl": "yes",
    "wish": "remove",
    "declared": "2026-11",
    "mandate": "2026-11",
}
MOST_PAGES = 30
MOST_TABS = 120


@dataclass
class Way:
    """One visitor on their way; ``answers`` are values of the forms' choices, by their names."""

    page: Page
    text: str
    language: str = "nl"
    javascript: bool = True
    answers: dict[str, str] = field(default_factory=lambda: dict(ADULT))

    @property
    def path(self) -> str:
        return f"/{self.language}/report/"

    @property
    def step(self) -> str:
        """The name of the page, as its own form says it."""
        return self.page.locator("main input[name=step]").input_value()

    def begin(self) -> None:
        self.page.goto(self.path)

    def button(self, value: str = "next") -> Locator:
        buttons = self.page.locator(f"main button[name=go][value='{value}']:not([aria-hidden])")
        return buttons.last

    def answer(self) -> None:
        """Fill in what this page asks."""
        area = self.page.locator("main textarea[name=text]")
        if area.count():
            area.fill(self.text)
        for box in self.boxes():
            box.check()

    def boxes(self) -> list[Locator]:
        """The choices to make on this page. One about a single link is made as for all."""
        # One by one: a page without JavaScript runs none of the test's either.
        asked = self.page.locator("main input:is([type=radio], [type=checkbox])").all()
        names = [str(one.get_attribute("name")) for one in asked]
        found = []
        for name in dict.fromkeys(names):
            value = next(
                (self.answers[part] for part in name.split("-") if part in self.answers), ""
            )
            box = self.page.locator(f'main input[name="{name}"][value="{value}"]')
            if box.count():
                found.append(box)
        return found

    def press(self, value: str = "next") -> None:
        """Press a button, and wait for the page it leads to."""
        self.follow(lambda: self.button(value).click())

    def follow(self, act: Callable[[], object]) -> None:
        """Do something that leads to another page, and wait for that one."""
        if not self.javascript:
            with self.page.expect_navigation():
                act()
            return
        before = self.page.locator("main").element_handle()
        act()
        self.page.wait_for_function("main => !main.isConnected", arg=before)

    def pages(self) -> Iterator[str]:
        """Each page in turn, answered, until all that is left is to send."""
        for _page in range(MOST_PAGES):
            step = self.step
            self.answer()
            yield step
            if self.button("send").count():
                return
            self.go_on()
        raise AssertionError("the way in has no end")

    def go_on(self) -> None:
        self.press()

    def to(self, wanted: str) -> None:
        """Answer page after page until one, which is left as it is."""
        for _page in range(MOST_PAGES):
            if self.step == wanted:
                return
            self.answer()
            self.go_on()
        raise AssertionError(f"never came to {wanted}")

    def to_check(self) -> list[str]:
        """Answer all pages. Returns their names."""
        return list(self.pages())

    def send(self) -> str:
        """Press Send. Returns the code."""
        self.button("send").click()
        return self.code()

    def code(self) -> str:
        shown = self.page.locator(".code")
        expect(shown).to_be_visible()
        return " ".join(shown.inner_text().split())

    def open_status(self, code: str) -> None:
        self.page.goto(f"/{self.language}/status/")
        self.page.locator("input[name=code]").fill(code)
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page.locator(".progress-list")).to_be_visible()


class ByKeyboard(Way):
    """The same way by keys alone: Tab, arrows, Space and Enter."""

    def reach(self, wanted: Locator) -> None:
        """Tab until the focus is there."""
        handle = wanted.element_handle()
        for _tab in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement === wanted", handle):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("the keyboard never comes there")

    def answer(self) -> None:
        area = self.page.locator("main textarea[name=text]")
        if area.count():
            self.reach(area)
            self.page.keyboard.insert_text(self.text)
        for box in self.boxes():
            if box.get_attribute("type") == "checkbox":
                self.reach(box)
                self.page.keyboard.press("Space")
            else:
                self._choose(box)

    def _choose(self, box: Locator) -> None:
        """A group of radios is one stop of the keyboard; arrows go on inside it."""
        name = box.get_attribute("name")
        group = self.page.locator(f'main input[name="{name}"]')
        self.reach(group.first)
        for _arrow in range(group.count()):
            if box.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def go_on(self) -> None:
        self.reach(self.button())
        self.follow(lambda: self.page.keyboard.press("Enter"))

    def send(self) -> str:
        self.reach(self.button("send"))
        self.page.keyboard.press("Enter")
        return self.code()
