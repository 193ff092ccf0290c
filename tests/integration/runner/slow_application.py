"""What a drain is tested with: an application that takes its time, for either interface."""

from __future__ import annotations

import asyncio
import time
from typing import Any

WORK_S = 1.5


def wsgi(environment: dict[str, Any], start_response: Any) -> list[bytes]:
    if environment["PATH_INFO"] == "/work":
        time.sleep(WORK_S)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            asked = (await receive())["type"]
            await send({"type": f"{asked}.complete"})
            if asked == "lifespan.shutdown":
                return
    if scope["path"] == "/work":
        await asyncio.sleep(WORK_S)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})
