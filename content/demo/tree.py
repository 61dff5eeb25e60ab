"""Which page of the demo site stands where, in the order in which readers meet them."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("nl", "en")
# Ties the two languages of a page together, and finds a page again on a second run.
NAMESPACE = UUID("5d0f4a8e-1f6b-4a58-9d3e-6a1f0a1b7c11")


@dataclass(frozen=True)
class Place:
    """A page of the demo site: the name of its files, its kind, the page it stands under."""

    name: str
    model: str
    under: str = ""
    group: str = ""
    at_the_foot: bool = False

    @property
    def translation_key(self) -> UUID:
        return uuid5(NAMESPACE, self.name)

    def path(self, language: str) -> Path:
        """The file with this page's text in a language."""
        return FOLDER / language / f"{self.name}.txt"


TREE = (
    Place("home", "HomePage"),
    Place("advice", "AdviceIndexPage", under="home", at_the_foot=True),
    Place("images-spread", "AdvicePage", under="advice", group="image"),
    Place("sextortion", "AdvicePage", under="advice", group="image"),
    Place("secretly-filmed", "AdvicePage", under="advice", group="image"),
    Place("made-by-ai", "AdvicePage", under="advice", group="image"),
    Place("asked-for-nudes", "AdvicePage", under="advice", group="online"),
    Place("unwanted-nudes", "AdvicePage", under="advice", group="online"),
    Place("fake-profile", "AdvicePage", under="advice", group="online"),
    Place("hacked-account", "AdvicePage", under="advice", group="online"),
    Place("i-shared", "AdvicePage", under="advice", group="others"),
    Place("helping", "AdvicePage", under="advice", group="others"),
    Place("police", "AdvicePage", under="advice", group="others"),
    Place("contact", "ContactPage", under="home", at_the_foot=True),
    Place("privacy", "InformationPage", under="home", at_the_foot=True),
    Place("about", "InformationPage", under="home", at_the_foot=True),
)
