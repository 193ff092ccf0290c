"""The portal as a WSGI application, with its static files in front."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arhan.frontend.settings")

pages = get_wsgi_application()


def _build() -> WhiteNoise:
    from django.conf import settings  # noqa: PLC0415 - configured by the line above

    from arhan.frontend.static_files import ROOT  # noqa: PLC0415 - as above

    return WhiteNoise(
        pages,
        root=ROOT,
        prefix=settings.STATIC_URL,
        max_age=31_536_000,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_add_headers,
        autorefresh=settings.DEBUG,
    )


def _add_headers(headers: object, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]


application = _build()
