"""The chunks of a PNG file, as ISO/IEC 15948 defines them; nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the content of each chunk, IEND included. ValueError for what is no PNG or is cut off."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    offset, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if offset + 12 > len(data):
            raise ValueError("the PNG is cut off")
        length, kind = struct.unpack_from(">I4s", data, offset)
        body = data[offset + 8 : offset + 8 + length]
        offset += 12 + length
        if offset > len(data):
            raise ValueError("the PNG is cut off")
        yield kind, body
