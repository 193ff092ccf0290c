"""The page on which a person reads an API: Swagger UI, from the files django-ninja brings along.

Nothing comes from elsewhere and nothing is written into the page as a script, so that the strictest
content security policy holds. It reads `openapi.json` beside it.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from arhan.kernel.errors import not_found

MEDIA_TYPES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-init.js": "text/javascript",
}
PAGE_TYPE = "text/html; charset=utf-8"
CACHE_CONTROL = "public, max-age=86400"
_SETTINGS = {
    "url": "openapi.json",
    "layout": "BaseLayout",
    "deepLinking": True,
    "supportedSubmitMethods": [],
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<body>
<div id="swagger-ui"></div>
<script type="application/json" id="swagger-settings">{settings}</script>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/swagger-ui-init.js"></script>
"""


def page(title: str) -> bytes:
    """The page of one service's API, served at `/docs`."""
    return _PAGE.format(title=escape(title), settings=json.dumps(_SETTINGS)).encode()


@cache
def read_file(name: str) -> tuple[bytes, str]:
    """One of the page's files, served at `/docs/<name>`, and its media type.

    Raises Refused(not_found) for any other name.
    """
    package = find_spec("ninja")
    if name not in MEDIA_TYPES or package is None or package.origin is None:
        what = "file"
        raise not_found(what)
    path = Path(package.origin).parent / "static" / "ninja" / name
    return path.read_bytes(), MEDIA_TYPES[name]
