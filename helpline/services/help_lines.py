"""The help lines of a site: those on every page, and those that a sentence names by their purpose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpline.services.models import Purpose


@dataclass(frozen=True)
class Number:
    """A help line as shown: what it is, its number, when, for whom."""

    name: str
    number: str
    hours: str
    audience: str
    purpose: str = ""
    everywhere: bool = True  # on every page; else only in a sentence that needs it

    @property
    def named(self) -> str:
        """As it stands in a sentence: its name, number and hours."""
        reached = ", ".join(filter(None, (self.number, self.hours)))
        return f"{self.name} ({reached})"


@dataclass(frozen=True)
class HelpLines:
    """The help lines in one language.

    Each purpose has words for a sentence, also when the site has no line for it: "call 112", or
    "call the emergency number".
    """

    lines: Sequence[Number]

    @property
    def on_every_page(self) -> list[Number]:
        return [line for line in self.lines if line.everywhere]

    @property
    def emergency_number(self) -> str:
        """What to dial when a life is in danger, or nothing."""
        line = self._first(Purpose.EMERGENCY)
        return line.number if line else ""

    @property
    def emergency(self) -> str:
        return self.emergency_number or _("the emergency number")

    @property
    def suicide(self) -> str:
        return self._named(Purpose.SUICIDE) or _("a helpline about suicide")

    @property
    def violence(self) -> str:
        return self._named(Purpose.VIOLENCE) or _("a helpline about violence at home")

    @property
    def police(self) -> str:
        return self._named(Purpose.POLICE) or _("the police")

    def _first(self, purpose: Purpose) -> Number | None:
        return next((line for line in self.lines if line.purpose == purpose), None)

    def _named(self, purpose: Purpose) -> str:
        line = self._first(purpose)
        return line.named if line else ""


# Of a site that has entered none. Sources: 112.nl, 113.nl, veiligthuis.nl, kindertelefoon.nl,
# politie.nl.
BUILT_IN_NUMBERS: dict[str, list[Number]] = {
    "nl": [
        Number("112", "112", "dag en nacht", "Je bent nu in gevaar", Purpose.EMERGENCY),
        Number(
            "113 Zelfmoordpreventie",
            "0800-0113",
            "dag en nacht",
            "Je denkt aan zelfmoord",
            Purpose.SUICIDE,
        ),
        Number(
            "Veilig Thuis",
            "0800-2000",
            "dag en nacht",
            "Iemand thuis doet je pijn",
            Purpose.VIOLENCE,
        ),
        Number("Kindertelefoon", "0800-0432", "elke dag van 11 tot 21 uur", "Je bent 18 of jonger"),
        Number(
            "de politie",
            "0900-8844",
            "dag en nacht",
            "Er is iets strafbaars gebeurd, en er is geen haast",
            Purpose.POLICE,
            everywhere=False,
        ),
    ],
    "en": [
        Number("112", "112", "day and night", "You are in danger now", Purpose.EMERGENCY),
        Number(
            "113 Suicide Prevention",
            "0800-0113",
            "day and night",
            "You think about suicide",
            Purpose.SUICIDE,
        ),
        Number(
            "Veilig Thuis",
            "0800-2000",
            "day and night",
            "Somebody at home hurts you",
            Purpose.VIOLENCE,
        ),
        Number(
            "Kindertelefoon (Dutch)", "0800-0432", "every day, 11:00–21:00", "You are 18 or younger"
        ),
        Number(
            "the police",
            "0900-8844",
            "day and night",
            "A crime was committed, and there is no hurry",
            Purpose.POLICE,
            everywhere=False,
        ),
    ],
}
