"""The rules by which a message gets into a conversation: as a pure function, and on rows."""

import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chat import actions
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.states import Sender, Status
from chat.wire.append import Identity, Refused, Row, Saying, Written, append, decide
from helpline.privacy.vault import keys
from helpline.staff.models import User
from tests.chat.wire.writing import places, said, visitor, written

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1)
ROOMS = [uuid.UUID(int=n) for n in range(1, 4)]
CLIENTS = [uuid.UUID(int=n) for n in range(10, 15)]
PEOPLE = [7, 8]
STANDING = {("signed in", 7)}

rows_of_rooms = st.dictionaries(
    st.sampled_from(ROOMS),
    st.builds(
        Row,
        service_id=st.just(uuid.UUID(int=99)),
        status=st.sampled_from(Status.values),
        owner_id=st.sampled_from([None, *PEOPLE]),
        last_seq=st.integers(3, 9),
        token_hash=st.just(b"token"),
    ),
)
identities = st.tuples(
    st.sampled_from(ROOMS), st.sampled_from(Sender.values), st.sampled_from(CLIENTS)
)
places_before = st.dictionaries(identities, st.tuples(st.integers(1, 3), st.just(BEFORE)))
sayings = st.builds(
    Saying,
    conversation_id=st.sampled_from(ROOMS),
    sender=st.sampled_from(list(Sender)),
    client_id=st.sampled_from(CLIENTS),
    text=st.just("Hoi"),
    author_id=st.sampled_from([None, *PEOPLE]),
    token_hash=st.sampled_from([b"", b"token", b"another"]),
    session_key=st.sampled_from(["", "signed in", "signed out"]),
)


def may_speak(saying: Saying, row: Row) -> bool:
    """Whether a first copy may stand there: the rules told the other way round."""
    if saying.sender == Sender.SYSTEM:
        return True
    if saying.sender == Sender.COUNSELLOR and (
        saying.author_id is None or saying.author_id != row.owner_id
    ):
        return False
    return row.status in (Status.WAITING, Status.ACTIVE)


@given(batch=st.lists(sayings, max_size=12), rows=rows_of_rooms, known=places_before)
def test_decide_gives_each_message_one_place(
    batch: list[Saying], rows: dict[uuid.UUID, Row], known: dict[Identity, tuple[int, datetime]]
) -> None:
    results, fresh = decide(batch, rows, known, NOW, STANDING)

    assert [result.client_id for result in results] == [saying.client_id for saying in batch]
    new = [
        (saying, result.seq)
        for saying, result in zip(batch, results, strict=True)
        if isinstance(result, Written) and result.new
    ]
    assert new == fresh
    handed_out: dict[uuid.UUID, list[int]] = defaultdict(list)
    for saying, seq in fresh:
        handed_out[saying.conversation_id].append(seq)
    for room, seqs in handed_out.items():
        assert seqs == list(range(rows[room].last_seq + 1, rows[room].last_seq + 1 + len(seqs)))
    found: dict[Identity, tuple[int, datetime]] = dict(known)
    for saying, result in zip(batch, results, strict=True):
        row = rows.get(saying.conversation_id)
        stands = saying.session_key == "" or (saying.session_key, saying.author_id) in STANDING
        if row is None or saying.token_hash == b"another":
            assert result == Refused(saying.client_id, Code.UNKNOWN)
        elif not stands:
            assert result == Refused(saying.client_id, Code.SIGN_IN)
        elif saying.identity in found:
            assert isinstance(result, Written)
            assert ((result.seq, result.sent_at), result.new) == (found[saying.identity], False)
        elif may_speak(saying, row):
            assert isinstance(result, Written)
            assert (result.sent_at, result.new) == (NOW, True)
            assert (result.service_id, result.owner_id) == (row.service_id, row.owner_id)
            found[saying.identity] = (result.seq, NOW)
        else:
            assert isinstance(result, Refused)


@pytest.mark.parametrize(
    ("status", "sender", "code"),
    [
        (Status.ENDED, Sender.VISITOR, Code.ENDED),
        (Status.ENDED, Sender.COUNSELLOR, Code.ENDED),
        (Status.PAUSED, Sender.VISITOR, Code.PAUSED),
        (Status.PAUSED, Sender.COUNSELLOR, Code.NOT_YOURS),
        (Status.ACTIVE, Sender.COUNSELLOR, Code.NOT_YOURS),
    ],
)
def test_decide_says_why_not(status: Status, sender: Sender, code: Code) -> None:
    row = Row(uuid.UUID(int=99), status, 7, 3, b"token")
    saying = Saying(ROOMS[0], sender, CLIENTS[0], "Hoi", author_id=8)
    results, fresh = decide([saying], {ROOMS[0]: row}, {}, NOW, set())
    assert (results, fresh) == ([Refused(CLIENTS[0], code)], [])


def test_a_message_on_its_way_shows_neither_words_nor_secrets() -> None:
    saying = Saying(ROOMS[0], Sender.VISITOR, CLIENTS[0], "woorden", None, b"geheim", "sleutel")
    assert not [word for word in ("woorden", "geheim", "sleutel") if word in repr(saying)]


# On rows, on both engines

on_rows = pytest.mark.django_db(databases=["default", "keys"])


@pytest.mark.embedded
@on_rows
def test_append_keeps_a_batch_in_its_order(waiting: Conversation, active: Conversation) -> None:
    first, second = visitor(waiting, "een"), visitor(waiting, "twee")
    results = append([first, second, first])
    assert places(results) == [2, 3, 2]
    assert [written(result).new for result in results] == [True, True, False]
    assert [text for _, _, text in said(waiting)] == ["joined", "een", "twee"]


@pytest.mark.embedded
@on_rows
def test_append_counts_a_token_only_while_it_is_the_visitors(waiting: Conversation) -> None:
    right = visitor(waiting, token_hash=bytes(waiting.token_hash))
    wrong = visitor(waiting, token_hash=b"x" * 32)
    assert places(append([wrong, right])) == ["unknown", 1]


@pytest.mark.embedded
@on_rows
def test_append_takes_nothing_from_who_signed_out(active: Conversation, counsellor: User) -> None:
    now = timezone.now()
    Session.objects.create(session_key="in", session_data="", expire_date=now + timedelta(hours=1))
    Session.objects.create(session_key="old", session_data="", expire_date=now)

    def speak(key: str) -> list[int | str]:
        saying = Saying(
            active.pk, Sender.COUNSELLOR, uuid.uuid4(), "Dag", counsellor.pk, session_key=key
        )
        return places(append([saying]))

    assert [speak("in"), speak("old"), speak("out")] == [[2], ["sign_in"], ["sign_in"]]
    User.objects.filter(pk=counsellor.pk).update(is_active=False)
    assert speak("in") == ["sign_in"]


@pytest.mark.embedded
@on_rows
def test_append_refuses_what_was_erased_alone(waiting: Conversation, start) -> None:
    erased = start().conversation
    keys.destroy_key(erased.pk)
    assert places(append([visitor(erased), visitor(waiting)])) == ["unknown", 1]


@pytest.mark.embedded
@on_rows
def test_an_act_on_an_erased_conversation_leaves_it_as_it_was(waiting: Conversation) -> None:
    keys.destroy_key(waiting.pk)
    with pytest.raises(ChatError) as caught:
        actions.end(conversation=waiting)
    assert caught.value.code == Code.UNKNOWN
    assert Conversation.objects.get(pk=waiting.pk).status == Status.WAITING
