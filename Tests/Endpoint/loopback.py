"""What the servers of the tests' own have in common: loopback addresses, one port, an event loop in a thread."""

import asyncio
import socket
import threading


def has_ipv6():
    """Whether the machine has ::1."""
    try:
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(("::1", 0))
            return True
    except OSError:
        return False


class LoopbackServer:
    """Listens on 127.0.0.1 and, where the machine has it, on ::1, since `*.localhost` is both. `with` starts it and stops it.

    A subclass says by `protocol()` what becomes of a connection.
    """

    port = None

    def protocol(self):
        raise NotImplementedError

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(10)
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def _listen(self):
        addresses = ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]
        while True:
            servers = []
            try:
                port = 0
                for address in addresses:
                    servers.append(await self.loop.create_server(self.protocol, address, port, backlog=128))
                    port = servers[0].sockets[0].getsockname()[1]
                self.port = port
                return servers
            except OSError:  # a port that is free on one address and taken on the other
                for server in servers:
                    server.close()

    async def _end(self):
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks(self.loop) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
