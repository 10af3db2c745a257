"""What a bad server sends. Some of it has no end; some of it browsers read, and so does cogstack.

    Line(backend, answer=hostile(WITHOUT_END["an endless body"], "GetRole"))
    Line(backend, dress=DRESSES["a chunked answer with a trailer"])
"""

import asyncio
from http.client import responses

BLOCK = b"x" * 65536


def hostile(form, *operations):
    """For `answer` of a Line: the operations (or, where none is named, all) are answered in that form; it is called with `write`."""
    return lambda request: form if not operations or request.operation in operations else None


def endless(head, block=BLOCK):
    async def form(write):
        await write(head)
        while True:
            await write(block)
            await asyncio.sleep(0)  # others have their turn, the end of the server too
    return form


def once(data):
    async def form(write):
        await write(data)
    return form


def dripping(pause):
    """A body of one byte every so many seconds, and of a hundred thousand bytes."""
    async def form(write):
        await write(_HEAD + b"Content-Length: 100000\r\n\r\n")
        while True:
            await write(b" ")
            await asyncio.sleep(pause)
    return form


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
_REDIRECT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must '
    b"be addressed using the specified endpoint. Please send all future requests to this endpoint.</Message>"
    b"<Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint><RequestId>4442587FB7D0A2F9</RequestId></Error>")

# Answers that never come to an end, each on a connection that stays open.
WITHOUT_END = {
    "an endless body": endless(_HEAD + b"\r\n"),
    "an endless chunked body": endless(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + BLOCK + b"\r\n"),
    "a body of a petabyte": endless(_HEAD + b"Content-Length: 1000000000000000\r\n\r\n"),
    "an endless head": endless(_HEAD, b"X-Filler: " + b"x" * 1000 + b"\r\n"),
    "an endless header": endless(_HEAD + b"X-Filler: "),
    "endless interim answers": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
}

REDIRECT = {
    "a redirect's body": once(
        b"HTTP/1.1 301 Moved Permanently\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n" % len(_REDIRECT) + _REDIRECT),
}

DRIP = {"a byte every two seconds": dripping(2)}


# Right answers in a dress that is not quite HTTP's, or not often seen


def _dressed(status, headers, body, first=None, colon=": ", after=""):
    lines = [first or f"HTTP/1.1 {status} {responses.get(status, '')}", *(name + colon + value for name, value in headers), *after]
    return "\r\n".join([*lines, f"Content-Length{colon}{len(body)}", "", ""]).encode("latin-1") + body


def _with_trailer(status, headers, body):
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}", *(f"{name}: {value}" for name, value in headers)]
    head = "\r\n".join([*lines, "Trailer: X-Checksum", "Transfer-Encoding: chunked", "", ""]).encode("latin-1")
    middle = len(body) // 2
    chunks = b"".join(b"%x;part=yes\r\n%b\r\n" % (len(part), part) for part in (body[:middle], body[middle:]) if part)
    return head + chunks + b"0\r\nX-Checksum: 17\r\nX-Other: trailer\r\n\r\n"


DRESSES = {
    "a chunked answer with a trailer": _with_trailer,
    "no space after a header's colon": lambda *answer: _dressed(*answer, colon=":"),
    "Latin-1 in a header": lambda *answer: _dressed(*answer, after=["X-Office: Zürich-Süd, Genève"]),
    "a bare status line": lambda *answer: _dressed(*answer, first=f"HTTP/1.1 {answer[0]}"),
}
