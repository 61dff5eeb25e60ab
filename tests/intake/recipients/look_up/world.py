"""A host, and what name servers and registers know of it."""

from intake.recipients.models import Evidence
from intake.recipients.queries import look_ups_of
from tests.standins.rdap import domain, network

HOST = "www.reported.test"


ZONE = {
    "www.reported.test": {"CNAME": ["edge.hosting.test."]},
    "edge.hosting.test": {"A": ["203.0.113.7", "203.0.113.8"], "AAAA": ["2001:db8::7"]},
    "reported.test": {"NS": ["ns1.hosting.test."], "MX": ["10 mx.hosting.test."]},
    "empty.test": {"TXT": ['"nothing here"']},
    "inside.test": {"A": ["10.0.0.5", "127.0.0.1"], "AAAA": ["::1", "64:ff9b::7f00:1"]},
    "loop.test": {"CNAME": ["loop.test."]},
}


NETWORK = network("DEMO-NET", "abuse@hosting.test", "203.0.113.0", "203.0.113.255")


NETWORK_6 = network("DEMO-NET-6", "abuse@hosting.test", "2001:db8::", "2001:db8::ffff")


DOMAIN = domain("reported.test", "Demo registrar", "abuse@registrar.test")


def evidence_of(host: str) -> dict[str, Evidence]:
    (kept,) = look_ups_of(host)
    return {each.asked: each for each in kept.evidence.all()}
