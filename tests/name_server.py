"""A DNS server of one's own for tests: it answers for name servers of zones, on a free loopback port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from msgspec import Struct, field


class NameServer(Struct, frozen=True):
    """A running server: `zones` has the name servers that it tells of each zone; empty for a zone that fails."""

    address: str
    zones: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def name_server() -> Iterator[NameServer]:
    """Start one, and stop it with the test."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        running = NameServer(f"127.0.0.1:{server.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(server, running), daemon=True)
        thread.start()
        yield running
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"", server.getsockname())
        thread.join(timeout=10)


def _serve(server: socket.socket, running: NameServer) -> None:
    while True:
        packet, client = server.recvfrom(4096)
        if not packet:
            return
        question = dns.message.from_wire(packet)
        server.sendto(_answer(question, running.zones).to_wire(), client)


def _answer(question: dns.message.Message, zones: dict[str, list[str]]) -> dns.message.Message:
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    name = question.question[0].name
    servers = zones.get(name.to_text(omit_final_dot=True))
    if servers is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif not servers:
        answer.set_rcode(dns.rcode.SERVFAIL)
    else:
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "NS", *(f"{server}." for server in servers)))
    return answer
