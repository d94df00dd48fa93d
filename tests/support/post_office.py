"""A mail server that takes letters and keeps them: SMTP as far as a sender needs it (RFC 5321)."""

import asyncio
from contextlib import asynccontextmanager
from email import message_from_bytes, policy


class PostOfficeOpen:
    """The letters that came, as `EmailMessage`."""

    def __init__(self):
        self.letters = []
        self.port = 0

    async def serve(self, reader, writer):
        def say(text):
            writer.write(text.encode() + b"\r\n")

        say("220 post office")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                say("250 post office")
            elif verb == b"DATA":
                say("354 go on")
                await writer.drain()
                content = await reader.readuntil(b"\r\n.\r\n")
                letter = content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
                self.letters.append(message_from_bytes(letter, policy=policy.default))
                say("250 taken")
            elif verb == b"QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def post_office():
    office = PostOfficeOpen()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
