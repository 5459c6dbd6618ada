"""Gives every request an id, says it in the answer, and writes one line about it."""

import logging
import re
import time
from uuid import uuid4

from .logs import request_id

log = logging.getLogger("shop.access")
WELL_FORMED = re.compile(r"[\w.:-]{1,128}", re.ASCII)


def header(scope, name):
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def client_address(forwarded_for, peer):
    """The last address is the edge's own word; those before it are whatever the visitor sent."""
    return forwarded_for.rpartition(",")[2].strip() or peer


class AccessLog:
    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await self.application(scope, receive, send)
        given = header(scope, b"x-request-id")
        identity = given if WELL_FORMED.fullmatch(given) else uuid4().hex
        request_id.set(identity)
        # 1006 is what a websocket's closing is called when neither side said why.
        status, began = 500 if scope["type"] == "http" else 1006, time.monotonic()

        async def sending(message):
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.accept"):
                message = {**message, "headers": [*message.get("headers", []), (b"x-request-id", identity.encode())]}
            status = message.get("status", message.get("code", status))
            await send(message)

        async def receiving():
            nonlocal status
            message = await receive()
            if message["type"] == "websocket.disconnect":
                status = message.get("code", status)
            return message

        try:
            await self.application(scope, receiving, sending)
        finally:
            if status >= 400 or not scope["path"].startswith("/health/"):
                self.write(scope, status, time.monotonic() - began)

    def write(self, scope, status, seconds):
        told = {
            "method": scope.get("method", "WEBSOCKET"),
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000),
            "client": client_address(header(scope, b"x-forwarded-for"), (scope.get("client") or [""])[0]),
        }
        log.info("%(method)s %(path)s %(status)s", told, extra=told)
