"""The texts themselves: complete, plain, kind, right in their facts, and safe to follow."""

import re
from itertools import pairwise

import pytest

from content.demo.reader import Text, read
from content.demo.tree import FOLDER, LANGUAGES, TREE, Place
from helpline.privacy.retention import LIFETIMES

ADVICE = [place for place in TREE if place.model == "AdvicePage"]
EVERY = [(place, language) for place in TREE for language in LANGUAGES]
ADVICE_IN_EACH = [(place, language) for place in ADVICE for language in LANGUAGES]

# Words of a bid to keep, and words for a picture of somebody. A sentence with both must say "not".
KEEP = {
    "nl": r"\b(bewaar|sla op|download|screenshot|schermafdruk|fotografeer|kopieer|stuur|verzamel)\w*",
    "en": r"\b(keep|save|download|screenshot|capture|copy|collect|gather|forward|pass on|send)\b",
}
PICTURE = {
    "nl": r"\b(\w*foto'?s?|\w*beeld(en)?|video'?s?|\w*filmpjes?|opnames?)\b",
    "en": r"\b(photos?|pictures?|images?|videos?|nudes?|recordings?)\b",
}
NOT = {
    "nl": r"\b(niet|geen|nooit|zonder|nieuwe)\b",
    "en": r"\b(not|no|never|nobody|without|new)\b",
}
BLAME = {
    "nl": r"eigen schuld|had je maar|waarom heb je|dom van je|naïef|onvoorzichtig",
    "en": r"own fault|should not have|shouldn't have|why did you|stupid of you|naive|careless",
}
# Said only to be contradicted.
SPOKEN_BY_OTHERS = {
    "nl": ("Het was mijn eigen schuld, want", "Vragen als “Waarom heb je dat gestuurd?”"),
    "en": ("It was my own fault, because", "Questions such as “Why did you send that?”"),
}
NUMBERS = {"112", "113", "0800-0113", "0800-2000", "0800-0432", "0900-8844"}


def _words(text: Text) -> str:
    """The text as a reader sees it, without marks."""
    lines = [
        re.sub(r"^([#?]|##|-|\d+\.) ", "", line.strip())
        for section in text.sections
        for line in (section.heading, *section.lines)
    ]
    plain = "\n".join(lines)
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", plain).replace("**", "")


def _sentences(text: Text) -> list[str]:
    return [s for s in re.split(r"(?<=[.?!:”])\s+|\n+", _words(text)) if re.search(r"\w", s)]


def _name(value: object) -> str:
    return value.name if isinstance(value, Place) else str(value)


def test_every_page_has_a_text_in_each_language_and_no_text_is_left_over() -> None:
    for language in LANGUAGES:
        written = {path.stem for path in (FOLDER / language).iterdir()}
        assert written == {place.name for place in TREE}


@pytest.mark.parametrize("place", TREE, ids=_name)
def test_both_languages_say_the_same_in_the_same_order(place: Place) -> None:
    dutch, english = (read(place.path(language)) for language in LANGUAGES)

    assert dutch.fields.keys() == english.fields.keys()
    assert [s.kind for s in dutch.sections] == [s.kind for s in english.sections]
    for one, other in zip(dutch.sections, english.sections, strict=True):
        assert len(one.parts("#")) == len(other.parts("#"))
        assert len(one.parts("?")) == len(other.parts("?"))
        numbers = [re.findall(r"tel:\d+|https://[^)]+", "\n".join(s.lines)) for s in (one, other)]
        assert numbers[0] == numbers[1]


@pytest.mark.parametrize(("place", "language"), ADVICE_IN_EACH, ids=_name)
def test_advice_is_complete(place: Place, language: str) -> None:
    text = read(place.path(language))
    kinds = [section.kind for section in text.sections]

    assert 250 <= len(_words(text).split()) <= 500
    assert {"text", "steps", "questions", "contact"} <= set(kinds)
    assert kinds[-1] == "contact"
    assert any(kind in ("call-out", "urgent") for kind in kinds)
    assert len(text.section("steps").parts("#")) >= 4
    assert 2 <= len(text.section("questions").parts("?")) <= 3
    assert len(text.fields["summary"]) <= 160


@pytest.mark.parametrize(("place", "language"), EVERY, ids=_name)
def test_sentences_are_short(place: Place, language: str) -> None:
    lengths = [len(sentence.split()) for sentence in _sentences(read(place.path(language)))]

    assert sum(lengths) / len(lengths) <= 11
    assert max(lengths) <= 25


@pytest.mark.parametrize("place", TREE, ids=_name)
def test_dutch_words_are_mostly_short(place: Place) -> None:
    """B1 has few long words: under one in twelve has more than eleven letters."""
    words = re.findall(r"[^\W\d_]+", _words(read(place.path("nl"))))

    assert sum(len(word) > 11 for word in words) / len(words) < 1 / 12


@pytest.mark.parametrize("place", TREE, ids=_name)
def test_dutch_says_je(place: Place) -> None:
    text = read(place.path("nl"))
    polite = re.search(r"\b(u|uw)\b", _words(text) + " ".join(text.fields.values()), re.IGNORECASE)

    assert polite is None


@pytest.mark.parametrize(("place", "language"), EVERY, ids=_name)
def test_no_text_asks_to_keep_or_send_a_picture(place: Place, language: str) -> None:
    asking = [
        sentence
        for sentence in _sentences(read(place.path(language)))
        if re.search(KEEP[language], sentence, re.IGNORECASE)
        and re.search(PICTURE[language], sentence, re.IGNORECASE)
        and not re.search(NOT[language], sentence, re.IGNORECASE)
    ]

    assert [s for s in asking if not _tells_of_the_past(s)] == []


def _tells_of_the_past(sentence: str) -> bool:
    """What somebody did, or may do to the reader, is no advice."""
    return bool(
        re.search(
            r"iemand|sturen is|krijgt|mag ik een foto|somebody|someone|may i send|sending|they",
            sentence,
            re.IGNORECASE,
        )
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Maak een screenshot van de foto."),
        ("nl", "Bewaar de video als bewijs."),
        ("nl", "Stuur de naaktfoto naar ons."),
        ("en", "Take a screenshot of the picture."),
        ("en", "Save the images as proof."),
        ("en", "Forward the video to the police."),
    ],
)
def test_the_search_for_forbidden_advice_finds_it(language: str, sentence: str) -> None:
    assert re.search(KEEP[language], sentence, re.IGNORECASE)
    assert re.search(PICTURE[language], sentence, re.IGNORECASE)
    assert not re.search(NOT[language], sentence, re.IGNORECASE)
    assert not _tells_of_the_past(sentence)


@pytest.mark.parametrize("place", [p for p in ADVICE if p.name != "helping"], ids=_name)
def test_where_proof_is_kept_the_picture_is_left_out(place: Place) -> None:
    """Whoever says to note an address says beside it that no picture is needed."""
    text = read(place.path("nl"))
    steps = [" ".join([title, *lines]) for title, lines in text.section("steps").parts("#")]
    keeping = [step for step in steps if re.search(r"\b(Noteer|Bewaar)\b", step)]

    for step in keeping:
        if place.name in ("asked-for-nudes", "i-shared"):
            assert not re.search(r"Bewaar (de|je) (foto|beeld)", step)
        else:
            assert re.search(r"(niet nodig|hoef je niet|Bewaar die niet|verzamel je niet)", step)


@pytest.mark.parametrize(("place", "language"), EVERY, ids=_name)
def test_no_text_blames(place: Place, language: str) -> None:
    words = _words(read(place.path(language)))
    for quote in SPOKEN_BY_OTHERS[language]:
        words = words.replace(quote, "")

    assert re.search(BLAME[language], words, re.IGNORECASE) is None


@pytest.mark.parametrize(("place", "language"), EVERY, ids=_name)
def test_numbers_are_right_and_can_be_called(place: Place, language: str) -> None:
    source = place.path(language).read_text(encoding="utf-8")
    called = re.findall(r"\[([^\]]+)\]\(tel:(\d+)\)", source)

    assert {shown for shown, _ in called} <= NUMBERS
    assert all(shown.replace("-", "") == dialled for shown, dialled in called)
    unlinked = re.sub(r"\[[^\]]+\]\([^)]+\)", "", source)
    assert re.search(r"\b(112|113|0[89]00-\d{4})\b", unlinked) is None


@pytest.mark.parametrize(("place", "language"), EVERY, ids=_name)
def test_links_to_others_are_the_known_ones(place: Place, language: str) -> None:
    source = place.path(language).read_text(encoding="utf-8")

    assert set(re.findall(r"https?://[^)\s]+", source)) <= {
        "https://stopncii.org",
        "https://takeitdown.ncmec.org",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_fingerprints_are_offered_by_the_age_in_the_picture(language: str) -> None:
    for place in ADVICE:
        source = place.path(language).read_text(encoding="utf-8")
        adult = [m.start() for m in re.finditer("StopNCII", source)]
        child = [m.start() for m in re.finditer("Take It Down", source)]
        assert len(adult) == len(child)
        for found in adult:
            assert re.search(r"18 (of ouder|or older)", source[max(0, found - 120) : found])
        for found in child:
            assert re.search(r"jonger dan 18|younger than 18", source[max(0, found - 120) : found])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_page_says_how_long_things_are_kept(language: str) -> None:
    words = _words(read(next(p for p in TREE if p.name == "privacy").path(language)))

    for lifetime in ("chat", "report"):
        assert re.search(rf"\b{LIFETIMES[lifetime]} (dagen|days)\b", words)
    assert re.search(r"geschiedenis niet|not clear your history", words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demo_says_that_it_is_one(language: str) -> None:
    words = _words(read(next(p for p in TREE if p.name == "about").path(language)))

    assert re.search(r"geen echte hulplijn|not a real helpline", words)


def test_texts_are_not_the_same_twice() -> None:
    """No step or answer is copied whole from another page: each is about its own situation."""
    for language in LANGUAGES:
        long = sorted(
            line
            for place in ADVICE
            for section in read(place.path(language)).sections
            for line in section.lines
            if len(line.split()) > 40
        )
        assert all(one != other for one, other in pairwise(long))
