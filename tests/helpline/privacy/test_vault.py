"""Promise 4: without the key there is nothing, and with the wrong one there is an error."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from helpline.privacy.models import DataKey
from helpline.privacy.vault import keys, master
from helpline.privacy.vault.errors import KeyDestroyedError, TamperedError
from helpline.privacy.vault.fields import Sealed, SealedTextField
from helpline.privacy.vault.sealing import blind_index, keyed_hash, open_sealed, seal
from helpline.worker import JOBS

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

WORDS = "Ik heb niets gedaan. \x00 😀"


@pytest.fixture
def own_key_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key file for this test only, since rotating changes it."""
    monkeypatch.setattr(settings, "HELPLINE_KEY_FILE", tmp_path / "keys" / "master.json")
    master.create_key_file()
    keys.forget()


@pytest.fixture
def key_id() -> uuid.UUID:
    made = uuid.uuid4()
    keys.create_key(made, kind="test")
    return made


def test_sealed_text_opens_and_is_not_the_text(key_id: uuid.UUID) -> None:
    sealed = seal(key_id, WORDS, bound_to="here")
    assert WORDS.encode() not in sealed
    assert open_sealed(key_id, sealed, bound_to="here") == WORDS
    assert sealed != seal(key_id, WORDS, bound_to="here")


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_tampered_text_raises(key_id: uuid.UUID, position: int) -> None:
    sealed = bytearray(seal(key_id, WORDS, bound_to="here"))
    sealed[position] ^= 1
    with pytest.raises(TamperedError):
        open_sealed(key_id, bytes(sealed), bound_to="here")


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01" * 12, b"text"])
def test_rubbish_raises(key_id: uuid.UUID, rubbish: bytes) -> None:
    with pytest.raises(TamperedError):
        open_sealed(key_id, rubbish, bound_to="here")


def test_moved_text_raises(key_id: uuid.UUID) -> None:
    other = uuid.uuid4()
    keys.create_key(other, kind="test")
    sealed = seal(key_id, WORDS, bound_to="here")
    with pytest.raises(TamperedError):
        open_sealed(key_id, sealed, bound_to="there")
    with pytest.raises(TamperedError):
        open_sealed(other, sealed, bound_to="here")


def test_destroyed_key_leaves_nothing_to_read(key_id: uuid.UUID) -> None:
    sealed = seal(key_id, WORDS, bound_to="here")
    keys.destroy_key(key_id)
    with pytest.raises(KeyDestroyedError):
        open_sealed(key_id, sealed, bound_to="here")
    with pytest.raises(KeyDestroyedError):
        seal(key_id, WORDS, bound_to="here")


def test_making_a_key_twice_keeps_the_first(key_id: uuid.UUID) -> None:
    sealed = seal(key_id, WORDS, bound_to="here")
    keys.create_key(key_id, kind="test")
    keys.create_keys([key_id], kind="test")
    keys.forget()
    assert open_sealed(key_id, sealed, bound_to="here") == WORDS


def rotate() -> None:
    """A night's rotation: begun, and finished once no process can use the old key."""
    night = timezone.now() + timedelta(days=1)
    keys.rotate_master(night)
    keys.rotate_master(night + keys.ROTATION_GRACE)
    keys.forget()


def test_rotation_keeps_what_lives_and_shuts_every_copy_of_what_does_not(
    own_key_file: None,
) -> None:
    key_id, doomed = uuid.uuid4(), uuid.uuid4()
    keys.create_key(key_id, kind="test")
    keys.create_key(doomed, kind="test")
    sealed, gone = seal(key_id, WORDS, bound_to="a"), seal(doomed, WORDS, bound_to="b")
    backup = DataKey.objects.get(pk=doomed)
    keys.destroy_key(doomed)

    rotate()

    assert open_sealed(key_id, sealed, bound_to="a") == WORDS
    assert list(master.master_keys().generations) == [2]
    backup.save(force_insert=True)  # what a restored backup of the key store would hold
    with pytest.raises(KeyDestroyedError):
        open_sealed(doomed, gone, bound_to="b")
    rotate()  # a key that cannot be opened holds up no other
    assert open_sealed(key_id, sealed, bound_to="a") == WORDS


def test_rotation_waits_for_its_night_and_for_slow_processes(own_key_file: None) -> None:
    now = timezone.now()
    keys.rotate_master(now)
    assert list(master.master_keys().generations) == [1]
    night = now + keys.ROTATE_AFTER + timedelta(seconds=1)
    keys.rotate_master(night)
    keys.rotate_master(night + keys.ROTATION_GRACE - timedelta(seconds=1))
    assert list(master.master_keys().generations) == [1, 2]
    keys.rotate_master(night + keys.ROTATION_GRACE)
    assert list(master.master_keys().generations) == [2]


def test_a_key_made_while_the_master_key_is_replaced_is_not_lost(own_key_file: None) -> None:
    night = timezone.now() + timedelta(days=1)
    late = uuid.uuid4()
    old = master.master_keys()
    keys.rotate_master(night)
    # A process that had read the key file just before commits its new key now.
    keys._wrap(late, "test", b"k" * 32, old).save(force_insert=True)
    keys.rotate_master(night + keys.ROTATION_GRACE)
    keys.forget()
    assert open_sealed(late, seal(late, WORDS, bound_to="a"), bound_to="a") == WORDS


def test_the_worker_looks_often_enough_for_deleting_within_a_day() -> None:
    [job] = [job for job in JOBS if job.function.endswith("rotate_master")]
    look = timedelta(seconds=job.every)
    begun = keys.ROTATE_AFTER + look
    assert begun + keys.ROTATION_GRACE + look < timedelta(hours=24)


def test_another_process_at_the_key_file_is_left_alone(own_key_file: None) -> None:
    with master.locked():
        assert keys.rotate_master(timezone.now() + timedelta(days=1)) == 0
    assert list(master.master_keys().generations) == [1]


def test_wrapped_key_of_one_row_does_not_open_another(key_id: uuid.UUID) -> None:
    other = uuid.uuid4()
    keys.create_key(other, kind="test")
    DataKey.objects.filter(pk=other).update(wrapped=DataKey.objects.get(pk=key_id).wrapped)
    with pytest.raises(TamperedError):
        seal(other, WORDS, bound_to="here")


def test_a_key_stands_in_the_key_store_and_not_in_the_database(key_id: uuid.UUID) -> None:
    assert DataKey.objects.using("keys").filter(pk=key_id).exists()
    assert "privacy_datakey" not in connection.introspection.table_names()


def test_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "CACHE_KEYS", 3)
    made = [uuid.uuid4() for _ in range(6)]
    keys.create_keys(made, kind="test")
    for one in made:
        keys.cipher(one)
    keys.preload(made)
    assert len(keys._cache) <= 3


def test_many_threads_read_only_their_own_text(key_id: uuid.UUID) -> None:
    texts = {str(n): seal(key_id, f"text {n}", bound_to=str(n)) for n in range(200)}
    start = threading.Barrier(8)

    def read(_: int) -> bool:
        start.wait()
        return all(
            open_sealed(key_id, sealed, bound_to=n) == f"text {n}" for n, sealed in texts.items()
        )

    keys.cipher(key_id)  # other threads do not see this test's transaction, only the cache
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(8)))


def test_blind_index_finds_the_same_value_only() -> None:
    assert blind_index("host", "example.org") == blind_index("host", "example.org")
    assert blind_index("host", "example.org") != blind_index("url", "example.org")
    assert blind_index("host", "example.org") != blind_index("host", "example.com")
    assert keyed_hash("code", "x") != keyed_hash("token", "x")


def sealed_fields() -> list[tuple[type[models.Model], SealedTextField]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedTextField)
    ]


def test_sealed_field_names_columns_that_exist() -> None:
    for model, field in sealed_fields():
        for name in (*field.bound, field.key):
            assert hasattr(model, name) or name == "pk", f"{model} {field} {name}"


def test_sealed_column_shows_nothing_of_itself() -> None:
    assert repr(Sealed(b"abc")) == "<sealed>"


def test_sealed_field_refuses_search_and_bulk_update() -> None:
    field = SealedTextField(key="pk")
    field.set_attributes_from_name("text")
    with pytest.raises(TypeError, match="blind index"):
        field.get_lookup("exact")
    with pytest.raises(TypeError, match="set it on an instance"):
        field.get_db_prep_value("words", connection)
