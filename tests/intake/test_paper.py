"""Text that nobody here wrote, in the documents that leave the house: it is drawn, whole, as text."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import BytesIO
from unicodedata import normalize

import pytest
from django.utils import timezone
from pypdf import PdfReader
from reportlab.platypus import Flowable

from helpline.services.queries import default_service
from intake.paper import columns, drawn, pairs, part
from intake.recipients.models import Recipient
from intake.recipients.states import Channel, Kind
from intake.removal.dossier import dossier_of as dossier_of_recipient
from intake.removal.models import LegalGround, Route
from intake.removal.queries.asked import Asked
from intake.removal.queries.record import Dealt, Record
from intake.removal.tried import one_line
from intake.report.actions import LeadFacts, LinkFacts, ReportFacts, agree_to_dossier, submit_report
from intake.report.dossier import dossier_of as dossier_of_report
from intake.report.leads import MAX_LEADS, Told, told
from intake.report.models import DossierAgreement
from intake.report.proof import proof_of
from intake.report.queries import progress_of_report
from intake.report.states import DossierFor, LeadKind
from tests.corpora import corpus, count
from tests.intake.removal.factories import ADULT

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

PARTS: dict[str, Callable[[str], Sequence[Flowable]]] = {
    "part": lambda words: part("Link 1", (words, "address"), (words, "now")),
    "pairs": lambda words: [pairs([("23 November", words), (words, "Reported.")])],
    "columns": lambda words: [columns(["First", "Second"], [[words, "–"]], [3, 1])],
}


def squeezed(words: str) -> str:
    """Without the spaces: where a line ends is the paper's affair."""
    return "".join(words.split())


def said(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def stands_in(words: str, document: str) -> bool:
    """Whether it is in there: each letter of Western Europe as it is, any other as itself or a mark."""
    whole = squeezed(normalize("NFC", words))
    letter = re.compile(r"[!-~¡-¬®-ÿ]")
    return bool(
        re.search("".join(re.escape(c) if letter.match(c) else "." for c in whole), document)
    )


def strings() -> list[str]:
    naughty: list[str] = json.loads(corpus("blns/blns.json").read_text())
    scripts = [
        line
        for path in sorted(corpus("patt-xss").glob("*.txt"))
        for line in path.read_text(errors="replace").splitlines()
    ]
    return [one for one in (*naughty, *scripts) if squeezed(one)]


@pytest.mark.parametrize("kind", PARTS)
def test_words_that_fill_pages_are_all_there(kind: str) -> None:
    numbers = " ".join(f"n{number}," for number in range(4000))
    document = said(drawn(PARTS[kind](numbers)))
    for number in range(4000):
        assert f"n{number}," in document
    drawn(PARTS[kind]("a" * 9000))


def test_accent_that_was_typed_apart_is_drawn_and_a_letter_that_is_not_seen_is_marked() -> None:
    assert "été" in said(drawn(PARTS["part"]("e\u0301te\u0301")))
    assert "pay?pal" in said(drawn(PARTS["part"]("pay\u00adpal")))


@pytest.mark.corpora
@pytest.mark.parametrize("kind", PARTS)
def test_naughty_strings_are_drawn_as_they_are(kind: str) -> None:
    for words in strings():
        assert stands_in(words, said(drawn(PARTS[kind](words)))), words
    count(f"naughty_strings_drawn_in_{kind}", len(strings()))


@pytest.mark.corpora
def test_naughty_names_stand_in_the_proof_of_reporting() -> None:
    naughty = [one for words in strings() if (one := told(LeadKind.ACCOUNT, "Signal", words))]
    names = list(dict.fromkeys(one.name for one in naughty if "\x00" not in one.name))
    for begin in range(0, len(names), MAX_LEADS):
        some = names[begin : begin + MAX_LEADS]
        sent = submit_report(
            service=default_service(),
            links=[LinkFacts("https://example.org/p/81", ADULT)],
            leads=[LeadFacts(Told(LeadKind.ACCOUNT, "Signal", name), ADULT) for name in some],
            about=ReportFacts(),
        )
        document = said(proof_of(sent.report, with_addresses=True))
        for name in some:
            assert stands_in(name, document), name
    count("naughty_names_in_the_proof", len(names))


@pytest.mark.corpora
def test_naughty_names_stand_in_both_dossiers() -> None:
    sent = submit_report(
        service=default_service(),
        links=[LinkFacts("https://example.org/p/81", ADULT)],
        about=ReportFacts(),
    )
    agree_to_dossier(report=sent.report, reader=DossierFor.LAWYER)
    entries = progress_of_report(sent.report)
    names = [name for name in map(one_line, strings()) if name]
    ground, route = LegalGround.objects.get(key="intimate_image"), Route.objects.get(key="dsa_16")
    asked = [
        Asked(
            name=name,
            kind="Platform",
            way=Channel.MAIL,
            ground=ground,
            route=route,
            at=[timezone.now()],
            outcome="waiting",
            answered_at=None,
            refused_on="",
            gone_at=None,
        )
        for name in names
    ]
    document = said(
        dossier_of_report(
            sent.report,
            DossierAgreement.objects.get(),
            entries,
            {entry.statement.pk: asked for entry in entries},
        )
    )
    for name in names:
        assert stands_in(name, document), name
        record = Record(
            recipient=Recipient(name=name, kind=Kind.PLATFORM),
            dealt=[Dealt(date(2026, 11, 1), name, 1, "removed", timedelta(hours=3), None)],
            refused=0,
            not_theirs=0,
            silent=0,
            bounced=0,
            contradicted=0,
        )
        assert stands_in(name, said(dossier_of_recipient(record, None))), name
    count("naughty_names_in_both_dossiers", len(names))
