"""Makes ready what a line of a file becomes: one spelling, blind indexes, a key, a sealed address,
and who answers for its host. Asks no database, so that it goes on in processes of its own.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from helpline.privacy.vault.keys import Batch
from helpline.privacy.vault.sealing import indexer, seal_with
from intake.recipients.hosts import normalise_host, suffixes
from intake.removal.actions.importing.reading import (
    Chunk,
    Kind,
    Reader,
    Reported,
    chunks,
    read_line,
    reader,
)
from intake.removal.actions.statements import StatementFacts
from intake.removal.models import AgeInPicture, Location
from intake.removal.queries import DOMAIN_INDEX, HOST_INDEX, URL_INDEX

HOSTS_KEPT = 16_384


class Prepared(NamedTuple):
    """An address that is ready to be stored, unless it is known already.

    A tuple of little things: very many go from one process to another.
    """

    key_id: bytes
    wrapped: bytes
    sealed: bytes
    url: str
    url_index: bytes
    host_index: bytes
    domain_index: bytes
    recipient: int | None
    facts: StatementFacts

    @property
    def id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.key_id)

    @property
    def is_adult(self) -> bool:
        return self.facts.age_in_picture == AgeInPicture.ADULT


@dataclass(frozen=True)
class Part:
    """What became of a chunk of lines."""

    last_line: int
    end: int
    generation: int
    prepared: list[Prepared]
    wrong: list[tuple[int, str]] = field(default_factory=list)
    twice: int = 0  # lines with an address that stood in the chunk before


@dataclass(frozen=True)
class Source:
    """A file, and where in it to begin."""

    path: Path
    kind: Kind
    after: int
    recipients: dict[str, int]  # by domain, of those in use

    def parts(self, *, worker: int = 0, workers: int = 1) -> Iterator[Part]:
        """Each chunk made ready, or those that fall to one of several workers."""
        read, heading = reader(self.path, self.kind)
        prepare = _Preparing(read, self.recipients)
        for chunk in chunks(self.path, after=max(self.after, heading)):
            if chunk.number % workers == worker:
                yield prepare(chunk)


@contextmanager
def prepared_parts(source: Source, *, workers: int) -> Iterator[Iterator[Part]]:
    """The parts in the order of the file, made ready by so many processes, or here by none.

    A worker makes one part more than was taken from it, so memory stays bounded; it ends when
    nobody takes any more, also when this process was killed.
    """
    if not workers:
        yield source.parts()
        return
    # Forked: each would need seconds and memory of its own to start Django.
    context = get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    processes = [
        context.Process(target=_work, args=(source, number, workers, pipes), daemon=True)
        for number in range(workers)
    ]
    for process in processes:
        process.start()
    for _taking, giving in pipes:
        giving.close()
    try:
        yield _in_turn([taking for taking, _giving in pipes])
    finally:
        for taking, _giving in pipes:
            taking.close()
        for process in processes:
            process.terminate()
            process.join()


def _in_turn(pipes: list[Connection]) -> Iterator[Part]:
    while True:
        for pipe in pipes:
            part = pipe.recv()
            if part is None:
                return
            if isinstance(part, BaseException):
                raise part
            yield part


def _work(
    source: Source, number: int, workers: int, pipes: list[tuple[Connection, Connection]]
) -> None:
    # What is inherited and not ours must be closed, or nobody would see the other end go.
    for other, (taking, giving) in enumerate(pipes):
        taking.close()
        if other != number:
            giving.close()
    pipe = pipes[number][1]
    try:
        for part in source.parts(worker=number, workers=workers):
            pipe.send(part)
        pipe.send(None)
    except BrokenPipeError:
        return  # nobody takes any more
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is raised where the parts are taken
        pipe.send(error)


class _Preparing:
    """Makes chunks ready. What is true of a host is worked out once for all its pages."""

    def __init__(self, read: Reader, recipients: dict[str, int]) -> None:
        self.read = read
        self.recipients = recipients
        self.url_index = indexer(URL_INDEX)
        self.host_index, self.domain_index = indexer(HOST_INDEX), indexer(DOMAIN_INDEX)
        self.binding = Location._meta.get_field("url").binding
        self.of_host: Callable[[str, str], tuple[bytes, bytes, int | None]] = lru_cache(HOSTS_KEPT)(
            self._of_host
        )

    def __call__(self, chunk: Chunk) -> Part:
        keys = Batch.now()
        prepared: dict[bytes, Prepared] = {}
        wrong: list[tuple[int, str]] = []
        twice = 0
        for number, line in enumerate(chunk.lines, chunk.first_line):
            reported = read_line(line, self.read)
            if isinstance(reported, str):
                wrong.append((number, reported))
                continue
            index = self.url_index(reported.address.url)
            before = prepared.get(index)
            if before is None:
                prepared[index] = self._prepare(index, reported, keys)
                continue
            twice += 1
            if before.is_adult and reported.facts.age_in_picture != AgeInPicture.ADULT:
                # The most careful word counts, and it is asked of nobody then.
                prepared[index] = self._prepare(index, reported, keys)
        return Part(
            chunk.last_line, chunk.end, keys.generation, list(prepared.values()), wrong, twice
        )

    def _prepare(self, index: bytes, reported: Reported, keys: Batch) -> Prepared:
        address = reported.address
        key_id = uuid.uuid4()
        cipher, wrapped = keys.key(key_id.bytes)
        host_index, domain_index, recipient = self.of_host(
            address.host, address.registrable_domain or address.host
        )
        is_adult = reported.facts.age_in_picture == AgeInPicture.ADULT
        return Prepared(
            key_id=key_id.bytes,
            wrapped=wrapped,
            sealed=seal_with(cipher, address.url, bound_to=self.binding(id=key_id)),
            url=address.url,
            url_index=index,
            host_index=host_index,
            domain_index=domain_index,
            recipient=recipient if is_adult else None,
            facts=reported.facts,
        )

    def _of_host(self, host: str, domain: str) -> tuple[bytes, bytes, int | None]:
        normal = normalise_host(host)
        names = suffixes(normal) if normal is not None else []
        recipient = next((self.recipients[n] for n in names if n in self.recipients), None)
        return self.host_index(host), self.domain_index(domain), recipient
