"""A connection to PostgreSQL that asks several things in one round trip, for the writer.

psycopg opens it; from there on it speaks libpq's pipeline mode itself, since psycopg's own costs
twice as much for a batch of ten, and cannot drop a server that hangs without asking that server.
Statements are prepared when it opens; parameters and results are binary.
"""

import asyncio
import struct
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import AsyncConnection
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult

Question = tuple[bytes, Sequence[bytes | None]]  # the name of a statement, and its parameters


class Pipeline:
    """Must be used by one task at a time, and dropped by ``close`` after any error."""

    def __init__(self, connection: "AsyncConnection[tuple[object, ...]]") -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = self._libpq.socket
        self._waiter: asyncio.Future[None] | None = None
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    @classmethod
    async def open(
        cls, parameters: Mapping[str, object], settings: str, statements: Mapping[bytes, bytes]
    ) -> "Pipeline":
        """Connect, change ``settings`` for the session and prepare ``statements``."""
        connection = await AsyncConnection.connect(**parameters, autocommit=True)  # type: ignore[arg-type]  # what Django made
        try:
            await connection.execute(settings.encode())
            pipeline = cls(connection)
        except BaseException:
            await connection.close()
            raise
        try:
            for name, statement in statements.items():
                pipeline._libpq.send_prepare(name, statement)
            await pipeline._answers()
        except BaseException:
            pipeline.close()
            raise
        return pipeline

    @property
    def alive(self) -> bool:
        """Whether the server was there when we last heard of it."""
        return self._libpq.status == ConnStatus.OK

    async def ask(self, *questions: Question) -> list[PGresult]:
        """Send all, and wait for all answers. Raises the first statement's error."""
        for name, parameters in questions:
            self._libpq.send_query_prepared(
                name, parameters, [Format.BINARY] * len(parameters), result_format=Format.BINARY
            )
        return await self._answers()

    def close(self) -> None:
        """Let go of the connection without asking the server anything."""
        if self._socket >= 0:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket = -1
        self._libpq.finish()

    async def _answers(self) -> list[PGresult]:
        libpq = self._libpq
        libpq.pipeline_sync()
        if libpq.flush():
            await self._send_rest()
        results: list[PGresult] = []
        failed: PGresult | None = None
        while True:
            while libpq.is_busy():
                await self._news()
            result = libpq.get_result()
            if result is None:  # between the answers of two statements
                self._check()
                continue
            status = result.status
            if status in _GOOD:
                results.append(result)
            elif status == ExecStatus.PIPELINE_SYNC:
                break
            elif failed is None:
                failed = result
        if failed is not None:
            raise _error(failed)
        return results

    async def _send_rest(self) -> None:
        """Send what did not fit at once. What the server says meanwhile is read, or both wait."""
        self._loop.add_writer(self._socket, self._wake)
        try:
            while self._libpq.flush():
                await self._news()
        finally:
            if self._socket >= 0:
                self._loop.remove_writer(self._socket)

    async def _news(self) -> None:
        """Wait until something can be read or written."""
        self._check()
        self._waiter = self._loop.create_future()
        await self._waiter
        self._check()

    def _check(self) -> None:
        if not self.alive:
            raise psycopg.OperationalError("the connection is lost")

    def _read(self) -> None:
        """Also when nobody waits: a server that goes away says so, and would say so for ever."""
        try:
            self._libpq.consume_input()
        except psycopg.OperationalError:
            self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _error(result: PGresult) -> psycopg.Error:
    """By its code only: the server's words may name rows."""
    code = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    try:
        return psycopg.errors.lookup(code)(code)
    except KeyError:
        return psycopg.DatabaseError(code)


# Values as PostgreSQL sends and receives them in binary

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"
_pack_size = struct.Struct("!i").pack
_pack_bigint = struct.Struct("!q").pack
_pack_sized_int = struct.Struct("!ii").pack
_pack_sized_bigint = struct.Struct("!iq").pack
_pack_head = struct.Struct("!iiIii").pack  # dimensions, has nulls, type, length, from
_UUID, _INT, _BIGINT, _TEXT, _BYTES = 2950, 23, 20, 25, 17  # pg_type.oid


def uuids(values: Sequence[uuid.UUID]) -> bytes:
    return _array(_UUID, [b"\x00\x00\x00\x10" + value.bytes for value in values])


def integers(values: Sequence[int]) -> bytes:
    return _array(_INT, [_pack_sized_int(4, value) for value in values])


def big_integers(values: Sequence[int | None]) -> bytes:
    return _array(
        _BIGINT, [_NULL if value is None else _pack_sized_bigint(8, value) for value in values]
    )


def texts(values: Sequence[str]) -> bytes:
    """Texts without a lone surrogate."""
    return _array(_TEXT, [_pack_size(len(raw)) + raw for raw in map(str.encode, values)])


def blobs(values: Sequence[bytes]) -> bytes:
    return _array(_BYTES, [_pack_size(len(value)) + value for value in values])


def moment(value: datetime) -> bytes:
    return _pack_bigint((value - _EPOCH) // _MICROSECOND)


def read_moment(value: bytes) -> datetime:
    return _EPOCH + timedelta(microseconds=read_integer(value))


def read_integer(value: bytes) -> int:
    return int.from_bytes(value, "big", signed=True)


def _array(oid: int, items: list[bytes]) -> bytes:
    return _pack_head(1, 1, oid, len(items), 1) + b"".join(items)
