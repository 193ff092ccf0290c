"""What a document must be: a JPEG, a PNG or a PDF, whole, of a sensible size, and nothing in disguise.

The name and the declared type come from the client and prove nothing; the content is looked at.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from django.http import HttpResponse

from arhan.kernel.errors import PAYLOAD_TOO_LARGE, Refusal, Refused

if TYPE_CHECKING:
    from django.http import HttpRequest

MAX_SIZE = 5 * 1024 * 1024
MIN_SIZE = 64
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MEDIA_TYPES = (JPEG, PNG, PDF)
BODY = {
    "required": True,
    "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in MEDIA_TYPES},
}
"""OpenAPI request body of a route that takes a document."""
DOCUMENT_REFUSED = Refusal("document_refused", 422, "This document cannot be taken.")
TOO_MANY_DOCUMENTS = Refusal("too_many_documents", 409, "There are enough documents already.")
REFUSALS = (DOCUMENT_REFUSED, TOO_MANY_DOCUMENTS, PAYLOAD_TOO_LARGE)
"""Of every such route."""
MAX_PIXELS = 60_000_000
_MARKER = 0xFF
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FRAME_HEADER_SIZE = 9
_IHDR = b"\0\0\0\x0dIHDR"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|AA|XFA)\b")
_PDF_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


def read(request: HttpRequest) -> tuple[str, bytes]:
    """Media type and content of an uploaded document that is what it says.

    Refused(payload_too_large) before the body is read, Refused(document_refused).
    """
    if int(request.headers.get("Content-Length") or 0) > MAX_SIZE:
        raise Refused(PAYLOAD_TOO_LARGE, f"A document may have {MAX_SIZE // 1024 // 1024} MiB.")
    media_type, content = str(request.content_type), request.body
    if fault := find_fault(content, media_type=media_type):
        raise Refused(DOCUMENT_REFUSED, fault)
    return media_type, content


def show(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """A document for a browser to show, which may do nothing in it."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def find_fault(content: bytes, *, media_type: str) -> str | None:
    """A sentence saying what is wrong with a document; None when nothing is."""
    if len(content) > MAX_SIZE:
        return f"It is larger than {MAX_SIZE // 1024 // 1024} MiB."
    if len(content) < MIN_SIZE:
        return "There is nothing in it."
    checks = {JPEG: _jpeg_fault, PNG: _png_fault, PDF: _pdf_fault}
    if media_type not in checks:
        return "Only JPEG, PNG and PDF are taken."
    return checks[media_type](content)


def _jpeg_fault(content: bytes) -> str | None:
    """Markers from start to end of image (ITU T.81 annex B), and a frame header with a size."""
    if not content.startswith(b"\xff\xd8\xff") or not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "It is not a whole JPEG image."
    at = 2
    while at + _FRAME_HEADER_SIZE <= len(content) and content[at] == _MARKER:
        if content[at + 1] in _FRAME_HEADERS:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return _size_fault(width, height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return "It is not a whole JPEG image."


def _png_fault(content: bytes) -> str | None:
    """Every chunk whole with its checksum, from IHDR to IEND (ISO/IEC 15948), nothing behind."""
    header = content[8:16]
    if not content.startswith(_PNG_SIGNATURE) or header != _IHDR:
        return "It is not a PNG image."
    at, kind = len(_PNG_SIGNATURE), b""
    while at + 12 <= len(content) and kind != b"IEND":
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        body, end = content[at + 8 : at + 8 + length], at + 12 + length
        if end > len(content) or zlib.crc32(kind + body) != int.from_bytes(content[end - 4 : end], "big"):
            return "It is not a whole PNG image."
        at = end
    if kind != b"IEND" or at != len(content):
        return "It is not a whole PNG image."
    return _size_fault(*struct.unpack(">II", content[16:24]))


def _pdf_fault(content: bytes) -> str | None:
    """Header and end are there, and nothing that acts by itself (ISO 32000 12.6, 7.11.4)."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        return "It is not a whole PDF document."
    plain = _PDF_HEX_NAME.sub(lambda match: bytes([int(match[1], 16)]), content)
    if _ACTIVE_PDF.search(plain):
        return "The PDF contains scripts, actions or attachments."
    if b"/Encrypt" in plain:
        return "The PDF is encrypted."
    return None


def _size_fault(width: int, height: int) -> str | None:
    if not width or not height:
        return "The image has no size."
    return "The image is too large." if width * height > MAX_PIXELS else None
