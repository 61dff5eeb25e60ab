"""A name server on loopback that knows a handful of names, over UDP and TCP."""

import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, Mapping[str, list[str]]]


@dataclass
class NameServer:
    """A running name server: where it listens and what it was asked."""

    zone: Zone
    port: int = 0
    asked: list[str] = field(default_factory=list)
    silent: bool = False
    garbage: bool = False

    @property
    def address(self) -> str:
        """As HELPLINE_DNS_SERVERS wants it."""
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes) -> bytes | None:
        """The answer to one question, None for silence."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{kind} {name}")
        if self.silent:
            return None
        if self.garbage:
            return b"\x00\xff" * 40
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        for _ in range(8):
            records = self.zone.get(name)
            if records is None:
                response.set_rcode(dns.rcode.NXDOMAIN)
                break
            wanted = "CNAME" if "CNAME" in records else kind
            if wanted in records:
                response.answer.append(
                    dns.rrset.from_text(f"{name}.", 60, "IN", wanted, *records[wanted])
                )
            if wanted != "CNAME" or kind == "CNAME":
                break
            name = records["CNAME"][0].rstrip(".").lower()
        return response.to_wire()


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """A name server on a free port of loopback, until the block ends.

    ``zone`` names hosts without a last dot, with their records by type; targets end in a dot.
    """
    server = NameServer(zone)

    class OverUdp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            answer = server.answer(wire)
            if answer is not None:
                sock.sendto(answer, self.client_address)

    class OverTcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = self.rfile.read(2)
            if len(head) < 2:
                return
            answer = server.answer(self.rfile.read(struct.unpack("!H", head)[0]))
            if answer is not None:
                self.wfile.write(struct.pack("!H", len(answer)) + answer)

    udp, tcp = _same_port(OverUdp, OverTcp)
    server.port = udp.server_address[1]
    threads = [
        threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True)
        for each in (udp, tcp)
    ]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        for each in (udp, tcp):
            each.shutdown()
            each.server_close()
        for thread in threads:
            thread.join(timeout=5)


def _same_port(
    over_udp: Any, over_tcp: Any
) -> tuple[socketserver.ThreadingUDPServer, socketserver.ThreadingTCPServer]:
    for _ in range(20):
        udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), over_udp)
        udp.daemon_threads = True
        try:
            tcp = socketserver.ThreadingTCPServer(("127.0.0.1", udp.server_address[1]), over_tcp)
        except OSError:
            udp.server_close()  # somebody else listens there; take another port
            continue
        tcp.daemon_threads = True
        return udp, tcp
    raise OSError("no port is free for both UDP and TCP")
