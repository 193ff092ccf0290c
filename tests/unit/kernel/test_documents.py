"""What a document must be."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.kernel.documents import JPEG, MAX_SIZE, MEDIA_TYPES, PDF, PNG, find_fault


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 3, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\1\2\3" * 2)
    chunks = chunk(b"IHDR", header) + chunk(b"tEXt", b"x" * 32) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg(width: int = 3, height: int = 2) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 50) + b"JFIF" + b"\0" * 44
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + app + frame + b"\xff\xda\0\x08" + b"\1" * 20 + b"\xff\xd9"


def pdf(inside: bytes = b"<< /Type /Catalog >>") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + inside + b"\nendobj\n" + b" " * 40 + b"trailer\n%%EOF\n"


WHOLE = {PNG: png(), JPEG: jpeg(), PDF: pdf()}


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_whole_documents_are_taken(media_type: str) -> None:
    assert find_fault(WHOLE[media_type], media_type=media_type) is None


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize("other", MEDIA_TYPES)
def test_nothing_passes_for_what_it_is_not(media_type: str, other: str) -> None:
    if media_type != other:
        assert find_fault(WHOLE[other], media_type=media_type) is not None


@pytest.mark.parametrize(
    ("content", "media_type", "why"),
    [
        (b"", PNG, "nothing in it"),
        (png() + b"\0" * MAX_SIZE, PNG, "larger than 5 MiB"),
        (png(), "image/svg+xml", "Only JPEG, PNG and PDF"),
        (png(), "text/html", "Only JPEG, PNG and PDF"),
        (png()[:-20], PNG, "not a whole PNG"),
        (png() + b"<script>alert(1)</script>", PNG, "not a whole PNG"),
        (png().replace(b"IDAT", b"IDAX"), PNG, "not a whole PNG"),
        (png(0, 2), PNG, "no size"),
        (png(100_000, 100_000), PNG, "too large"),
        (jpeg()[:-2] + b"<?php", JPEG, "not a whole JPEG"),
        (jpeg(60_000, 60_000), JPEG, "too large"),
        (jpeg().replace(b"\xff\xc0", b"\xff\xe1"), JPEG, "not a whole JPEG"),
        (pdf()[:-8], PDF, "not a whole PDF"),
        (pdf(b"<< /OpenAction 2 0 R >>"), PDF, "scripts, actions or attachments"),
        (pdf(b"<< /S /JavaScript /JS (app.alert) >>"), PDF, "scripts, actions or attachments"),
        (pdf(b"<< /S /J#61vaScript >>"), PDF, "scripts, actions or attachments"),
        (pdf(b"<< /EmbeddedFiles 3 0 R >>"), PDF, "scripts, actions or attachments"),
        (pdf(b"<< /Encrypt 3 0 R >>"), PDF, "encrypted"),
        (b"<html>" + pdf(), PDF, "not a whole PDF"),
    ],
)
def test_what_is_wrong_is_said(content: bytes, media_type: str, why: str) -> None:
    assert why in (find_fault(content, media_type=media_type) or "nothing is wrong")


@given(cut=st.integers(0, 400), garbage=st.binary(max_size=200), media_type=st.sampled_from(MEDIA_TYPES))
def test_no_content_makes_the_look_itself_fail(cut: int, garbage: bytes, media_type: str) -> None:
    for whole in WHOLE.values():
        find_fault(whole[:cut] + garbage, media_type=media_type)
        find_fault(whole[: len(whole) // 2] + garbage + whole[len(whole) // 2 :], media_type=media_type)
