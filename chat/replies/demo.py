"""Prepared replies for a demo site, as a helpline might word them."""

from typing import NamedTuple
from uuid import UUID, uuid5

from wagtail.models import Locale

from chat.replies.models import PreparedReply

# Ties the languages of a reply together, and finds it again on a second run.
NAMESPACE = UUID("0f0c5b0e-6a0a-4c39-9c2e-3f8a4b7a9d21")


class Wording(NamedTuple):
    """A reply in one language."""

    title: str
    search_words: str
    text: str


REPLIES: dict[str, dict[str, Wording]] = {
    "welcome": {
        "nl": Wording(
            "Welkom",
            "hallo begin hoi",
            "Hoi {visitor}, ik ben {counsellor}. Goed dat je er bent. Vertel maar, in je eigen tempo."
            " Je hoeft je naam niet te zeggen.",
        ),
        "en": Wording(
            "Welcome",
            "hello begin hi",
            "Hi {visitor}, I am {counsellor}. Good that you are here. Tell me, at your own pace. You"
            " do not have to say your name.",
        ),
    },
    "safe": {
        "nl": Wording(
            "Ben je nu veilig?",
            "meelezen alleen gevaar",
            "Voordat we verder praten: ben je nu op een plek waar niemand meeleest? Komt er iemand"
            " binnen, druk dan op “Verlaat deze site” of drie keer op Shift.",
        ),
        "en": Wording(
            "Are you safe now?",
            "watching alone danger",
            "Before we go on: are you somewhere where nobody reads along? If somebody comes in, press"
            " “Leave this site”, or Shift three times.",
        ),
    },
    "not-your-fault": {
        "nl": Wording(
            "Niet jouw schuld",
            "schaamte schuld dom",
            "Wat er gebeurd is, is niet jouw schuld. Wie beelden doorstuurt of ermee dreigt, doet iets"
            " strafbaars. Jij niet.",
        ),
        "en": Wording(
            "Not your fault",
            "shame guilt stupid",
            "What happened is not your fault. Whoever passes images on, or threatens to, commits a"
            " crime. You did not.",
        ),
    },
    "blackmail": {
        "nl": Wording(
            "Niet betalen, niets sturen",
            "chantage afpersing geld sextortion",
            "Ik weet dat het heel spannend is, {visitor}. Betaal niet en stuur niets meer: wie betaalt,"
            " krijgt bijna altijd een nieuwe eis. Stop met antwoorden en bewaar de naam van het"
            " profiel, de berichten en de datum. De beelden zelf heb je niet nodig.",
        ),
        "en": Wording(
            "Do not pay, send nothing",
            "blackmail extortion money sextortion",
            "I know this is very frightening, {visitor}. Do not pay and send nothing more: who pays"
            " almost always gets a new demand. Stop answering, and keep the name of the profile, the"
            " messages and the date. You do not need the images themselves.",
        ),
    },
    "links": {
        "nl": Wording(
            "Vraag om de links",
            "adres url melding verwijderen",
            "Wil je dat we vragen om het weg te halen? Zet dan hier het adres (de link) van de pagina"
            " waar het staat, bijvoorbeeld van [naam van de site]. Stuur nooit het beeld zelf.",
        ),
        "en": Wording(
            "Ask for the links",
            "address url report remove",
            "Shall we ask to have it removed? Then put the address (the link) of the page here, for"
            " example of [name of the site]. Never send the image itself.",
        ),
    },
    "back-at": {
        "nl": Wording(
            "Even uitzoeken",
            "wachten moment pauze",
            "Ik zoek dit even voor je uit. Over ongeveer [aantal] minuten ben ik terug. Blijf gerust"
            " hier, er gaat niets verloren.",
        ),
        "en": Wording(
            "Let me find out",
            "wait moment pause",
            "I will find this out for you. I will be back in about [number] minutes. Stay here if you"
            " like, nothing gets lost.",
        ),
    },
    "goodbye": {
        "nl": Wording(
            "Afronden",
            "dag einde stoppen",
            "Dank je wel dat je dit met me deelde, {visitor}. Je kunt altijd opnieuw een chat beginnen."
            " Is er nog iets wat je nu wilt vragen?",
        ),
        "en": Wording(
            "Rounding off",
            "bye end stop",
            "Thank you for telling me this, {visitor}. You can always begin a new chat. Is there"
            " anything else you want to ask now?",
        ),
    },
}


def load_demo_replies() -> int:
    """Add the demo replies that are missing. Returns how many were added."""
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    added = 0
    for name, wordings in REPLIES.items():
        for language, wording in wordings.items():
            if language not in locales:
                continue
            _, created = PreparedReply.objects.get_or_create(
                translation_key=uuid5(NAMESPACE, name),
                locale=locales[language],
                defaults=wording._asdict(),
            )
            added += created
    return added
