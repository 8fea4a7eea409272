"""TLS in front of a PostgreSQL that is built without it.

    python -m stage3c.rehearsal.database.tls_proxy ADDRESSES PORT INNER_PORT CERTIFICATE KEY

Speaks PostgreSQL's own way to begin TLS, https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL: the client
asks with eight bytes, "S" says yes. A client that does not ask is refused, as `hostssl` does.
"""

import asyncio
import contextlib
import ssl
import struct
import sys

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner: int, tls: ssl.SSLContext) -> None:
    others: list[asyncio.StreamWriter] = [writer]
    with contextlib.suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
        if await reader.readexactly(len(SSL_REQUEST)) == SSL_REQUEST:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", inner)
            others.append(inner_writer)
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(tls)
            ways = [_copy(reader, inner_writer), _copy(inner_reader, writer)]
            _, waiting = await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
            for way in waiting:
                way.cancel()
    for each in others:
        each.transport.abort()


async def _main(addresses: list[str], port: int, inner: int, certificate: str, key: str) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda r, w: _serve(r, w, inner, tls), addresses, port)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]))
