"""A small balancer before several servers: one request to each in turn. It sends nothing twice, so that what fails is seen to fail."""
import asyncio
import threading
from collections import Counter

LARGEST_HEAD = 1 << 16


class Backend:
    """A server, with connections that are free, and how many requests it has just now."""

    def __init__(self, port):
        self.port, self.is_open, self.free, self.busy = port, False, [], 0


class Failed(Exception):
    """A server did not answer."""


class Balancer:
    """Listens at `port`. Servers are opened when they are ready, and closed before they are told to stop."""

    def __init__(self, ports):
        self.backends = {port: Backend(port) for port in ports}
        self.turn, self.failed, self.answered = 0, Counter(), Counter()
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self.run, args=(started,), daemon=True).start()
        started.wait()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, limit=LARGEST_HEAD))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    def open(self, port):
        self.backends[port].is_open = True

    def close(self, port):
        """It gets no new request. Those that it has go on."""
        def close():
            backend = self.backends[port]
            backend.is_open = False
            for _, writer in backend.free:
                writer.close()
            backend.free.clear()

        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (close(), done.set()))
        done.wait()

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def serve(self, reader, writer):
        """One client's connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(length(head) or 0)
                await self.exchange(head, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def next(self):
        ready = [backend for backend in self.backends.values() if backend.is_open]
        if not ready:
            raise Failed("no server is open")
        self.turn += 1
        return ready[self.turn % len(ready)]

    async def exchange(self, head, body, writer):
        try:
            backend = self.next()
        except Failed as fault:
            return await self.refuse(writer, 0, str(fault))
        backend.busy += 1
        try:
            answer, connection = await self.asked(backend, head, body)
        except (OSError, asyncio.IncompleteReadError) as fault:
            return await self.refuse(writer, backend.port, f"{type(fault).__name__}: {fault}")
        finally:
            backend.busy -= 1
        self.answered[backend.port] += 1
        keeps = backend.is_open and b"connection: close" not in answer.split(b"\r\n\r\n")[0].lower()
        if keeps:
            backend.free.append(connection)
        else:
            connection[1].close()
        writer.write(without_close(answer))
        await writer.drain()

    async def refuse(self, writer, port, why):
        self.failed[f"{port}: {why}"] += 1
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def asked(self, backend, head, body):
        """The whole answer of a server, and the connection."""
        connection = backend.free.pop() if backend.free else await asyncio.open_connection("127.0.0.1", backend.port, limit=LARGEST_HEAD)
        reader, writer = connection
        try:
            writer.write(head + body)
            await writer.drain()
            told = await reader.readuntil(b"\r\n\r\n")
            status = int(told.split(b" ", 2)[1])
            if status in (204, 304) or head.startswith(b"HEAD "):
                return told, connection
            if b"transfer-encoding: chunked" in told.lower():
                return told + await chunks(reader), connection
            return told + await reader.readexactly(length(told) or 0), connection
        except BaseException:
            writer.close()
            raise


def length(head):
    """What a head says of the length of the body."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return None


def without_close(answer):
    """The connection to the client stays, whatever becomes of the one to the server."""
    head, end, body = answer.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join(lines) + end + body


async def chunks(reader):
    """A body in chunks, as it came."""
    whole = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        rest = await reader.readexactly(int(line.split(b";")[0], 16) + 2)
        whole += line + rest
        if line.startswith(b"0\r\n"):
            return whole
