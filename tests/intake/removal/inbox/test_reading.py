"""Whatever mail comes in: its words are kept, what is quoted or attached is not, nothing breaks."""

import re
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.privacy.plain_text import words_of_html
from intake.removal.inbox.reading import LONGEST_TEXT, MOST_BYTES, read
from intake.removal.inbox.words import reply_of
from intake.removal.states import MailKind
from tests.corpora import corpus, count
from tests.intake.removal.inbox.letters import PICTURE, letter

OURS = "notices+aaaa-bbbb-cccc@helpline.test"


def test_words_are_kept_and_the_picture_is_not() -> None:
    received = read(letter(OURS, "It is gone.\n\n-- \nJo", attached=PICTURE))
    assert received.kind == MailKind.ANSWER
    assert received.text == "It is gone."
    assert received.left_out == 1
    assert received.sender == "abuse@platform.test"
    assert received.to == (OURS,)
    assert "PNG" not in repr(received)


def test_html_is_read_when_there_is_nothing_else() -> None:
    markup = "<style>p{}</style><p>Dear all,<p>it is <b>gone</b>.<blockquote>yours</blockquote>"
    assert read(letter(OURS, "", markup=markup)).text == "Dear all,\nit is gone."


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"subject": "Automatisch antwoord: afwezig"},
        {"subject": "Out of office"},
    ],
)
def test_automatic_replies_are_known(headers: dict[str, str]) -> None:
    subject = headers.pop("subject", "Re: your notice")
    mail = letter(OURS, "I am away.", subject=subject, headers=headers)
    assert read(mail).kind == MailKind.AUTO_REPLY


def test_of_a_machine_is_noted_and_not_decided() -> None:
    received = read(letter(OURS, "It is gone.", Auto_Submitted="auto-generated"))
    assert (received.kind, received.of_a_machine) == (MailKind.ANSWER, True)


@pytest.mark.parametrize(
    "mail",
    [
        letter(OURS, "> only a quotation"),
        letter(OURS, "A machine complains.", sender="MAILER-DAEMON@x.test"),
        letter(OURS, "Nobody is to answer this.", Return_Path="<>"),
        b"",
        b"\x00\xff" * 100,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    ],
)
def test_what_is_not_clear_is_said_so(mail: bytes) -> None:
    assert read(mail, to=OURS).kind == MailKind.UNKNOWN
    assert OURS in read(mail, to=OURS).to


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1252", "no-such-charset", "iso-2022-jp"]
)
def test_charsets_are_read_or_replaced(charset: str) -> None:
    raw = f"From: a@b.test\r\nContent-Type: text/plain; charset={charset}\r\n\r\nWeg caf\xe9"
    assert read(raw.encode("latin-1")).text.startswith("Weg caf")


def test_long_and_deep_mail_is_read_in_no_time_and_cut() -> None:
    assert len(read(letter(OURS, "word " * 200_000)).text) <= LONGEST_TEXT
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(900)
    )
    read(f"From: a@b.test\r\n{nested}".encode())
    for markup in ("<div>" * 15_000, "<b><i><p>" * 9_000, "<table>" * 9_000, "<!--" * 9_000):
        read(letter(OURS, "", markup=markup + "word"))


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_reading_never_raises(raw: bytes) -> None:
    read(raw)
    read(b"From: a@b.test\r\nContent-Type: text/html\r\n\r\n" + raw)
    read(b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" + raw)


def test_our_own_lines_are_left_out_wherever_they_stand() -> None:
    ours = "Helpline asks you to remove this.\nWHERE IT IS\nhttps://example.org/photos/7"
    reply = f"Gone.\n\n{ours}"
    assert reply_of(reply, ours) == "Gone."


# As somebody wrote it, of mail that nobody here made.
EXPECTED = {
    "email_1_3.txt": "Oh thanks.",
    "email_1_4.txt": "Awesome! I haven't had another problem with it.",
    "email_1_6.txt": "I get proper rendering as well.",
    "email_1_7.txt": ":+1:",
    "email_1_8.txt": "I will reply under this one\n\nand under this.",
    "email_2_1.txt": "Outlook with a reply",
    "email_2_2.txt": "Outlook with a reply directly above line",
    "email_2_3.txt": "Outlook with a reply directly above line",
    "email_BlackBerry.txt": "Here is another email",
    "email_iPhone.txt": "Here is another email",
    "email_multi_word_sent_from_my_mobile_device.txt": "Here is another email",
    "email_sent_from_my_not_signature.txt": "Here is another email\n\nSent from my desk",
    "email_one_is_not_on.txt": "Thank, this is really helpful.\n\nOne outstanding question",
    "greedy_on.txt": "On your remote host you can run:",
    "pathological.txt": "I think you're onto something.",
    "correct_sig.txt": "this is an email with a correct -- signature.",
    "email_sig_delimiter_in_middle_of_line.txt": "Hi there!\n\nStuff happened.",
}


@pytest.mark.corpora
def test_replies_that_nobody_here_wrote_keep_their_words_and_lose_the_quotation() -> None:
    root = corpus("mail-replies")
    read_well = 0
    for name, begins in EXPECTED.items():
        words = reply_of((root / "test/emails" / name).read_text(errors="replace"))
        assert words.startswith(begins), name
        assert "> " not in words, name
        read_well += 1
    for mail in sorted((root / "tests/fixtures/standard_replies").glob("*.eml")):
        received = read(mail.read_bytes())
        assert (received.kind, received.text) == (MailKind.ANSWER, "Hello"), mail.name
        read_well += 1
    for page in _pages(root):
        words = re.sub(r"\n+", "\n", reply_of(words_of_html(page.read_text(errors="replace"))))
        assert words == "Hi. I am fine.\nThanks,\nAlex", page.name
        read_well += 1
    count("mail_replies_read", read_well)


@pytest.mark.corpora
def test_no_tag_is_left_and_the_second_cleaner_finds_none_either() -> None:
    pages = [page.read_text(errors="replace") for page in _pages(corpus("mail-replies"))]
    hostile = [file.read_text(errors="replace") for file in corpus("patt-xss").glob("*.txt")]
    payloads = [*pages, *(line for text in hostile for line in text.splitlines() if line.strip())]
    for payload in payloads:
        shown = nh3.clean_text(words_of_html(payload))
        assert nh3.clean(shown, tags=set()) == nh3.clean(shown)
        assert not re.search(r"<[a-zA-Z/!]", shown)
    count("html_to_words", len(payloads))


def _pages(root: Path) -> list[Path]:
    return sorted((root / "tests/fixtures/html_replies").glob("*.html"))


def test_no_more_than_the_beginning_is_read() -> None:
    raw = letter(OURS, "It is gone.", attached=PICTURE * 4000)
    assert len(raw) > MOST_BYTES
    assert read(raw).text == "It is gone."
