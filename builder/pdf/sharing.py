"""Keeps streams that are the same once: fonts, pictures and colour profiles that several parts brought along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Stream

_FONT_FILES = (Name.FontFile2, Name.FontFile3)


@dataclass(slots=True)
class Shared:
    """What was met so far in one file."""

    streams: dict[bytes, Object] = field(default_factory=dict)  # by digest of dictionary and data
    seen: set[tuple[int, int]] = field(default_factory=set)  # objects that were looked through

    def look_through(self, holder: Object) -> None:
        """Share what the resources of a page, form or pattern refer to."""
        resources = holder.get(Name.Resources, Dictionary())
        if self._is_new(resources):
            for font in _values(resources, Name.Font):
                self._share_font(font)
            for space in _values(resources, Name.ColorSpace):
                self._share_profile(space)
            for kind in (Name.XObject, Name.Pattern):
                for name, drawing in resources.get(kind, Dictionary()).items():
                    if drawing.get(Name.Subtype) == Name.Image:
                        self.share(resources[kind], name)
                    else:
                        self.look_through(drawing)

    def share(self, holder: Any, key: Any) -> None:
        """Let `holder[key]` be the first stream that was the same."""
        stream = holder[key]
        for inner in (Name.SMask, Name.ColorSpace):
            if isinstance(stream.get(inner), Stream):
                self.share(stream, inner)
            else:
                self._share_profile(stream.get(inner))
        digest = sha256(stream.stream_dict.unparse() + stream.read_raw_bytes()).digest()
        holder[key] = self.streams.setdefault(digest, stream)

    def _share_font(self, font: Object) -> None:
        if self._is_new(font):
            for descendant in font.get(Name.DescendantFonts, ()):
                descriptor = descendant.get(Name.FontDescriptor, Dictionary())
                for key in _FONT_FILES:
                    if key in descriptor:
                        self.share(descriptor, key)

    def _share_profile(self, space: Any) -> None:
        if isinstance(space, Array) and space[0] == Name.ICCBased:
            self.share(space, 1)

    def _is_new(self, thing: Object) -> bool:
        new = thing.objgen not in self.seen
        if thing.is_indirect:
            self.seen.add(thing.objgen)
        return new


def _values(resources: Object, kind: Name) -> Iterator[Any]:
    return (value for _, value in resources.get(kind, Dictionary()).items())
