"""The XMP packet of a PDF that claims PDF/A-2a and PDF/UA-1 at once, or PDF/A-2b where it has no tags.

PDF/A wants the document information and the XMP to say the same, so both are always written from the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

_PDF_A = """\
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>
</rdf:Description>
"""
_PDF_UA = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""
# PDF/A-2 allows only properties whose schema it knows or that the packet itself describes; it does not know PDF/UA's.
_SCHEMAS = """\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{described}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_PDF_UA_SCHEMA = """\
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>"""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of our own: its properties, all of them text, with their descriptions."""

    name: str
    namespace: str
    prefix: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Description:
    """What a PDF says of itself. `further` are entries of the document information alone.

    `created`, the file's only date, knows its time zone; a part that will be bound has none.
    """

    title: str
    language: str = ""
    created: datetime | None = None
    author: str = ""
    subject: str = ""
    keywords: str = ""
    creator: str = ""
    producer: str = ""
    further: Mapping[str, str] = field(default_factory=dict)


def packet(
    said: Description, *, tagged: bool = True, schema: Schema | None = None, entries: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The whole XMP packet, empty entries left out; the date of creation is also that of modification.

    `entries` are further properties, escaped, of a schema of our own. Without tags a file claims PDF/A-2b alone.
    """
    created = xmp_date(said.created) if said.created else ""
    properties = [
        ("dc:format", "application/pdf"),
        ("dc:title", _language_alternative(said.title)),
        ("dc:creator", f"<rdf:Seq>{_item(said.author)}</rdf:Seq>" if said.author else ""),
        ("dc:description", _language_alternative(said.subject)),
        ("pdf:Keywords", escape(said.keywords)),
        ("pdf:Producer", escape(said.producer)),
        ("xmp:CreatorTool", escape(said.creator)),
        ("xmp:CreateDate", escape(created)),
        ("xmp:ModifyDate", escape(created)),
    ]
    described = _elements(properties)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f"{_identification(tagged, schema)}"
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">\n'
        f"{described}\n"
        "</rdf:Description>\n"
        f"{_own(schema, entries) if schema else ''}"
        "</rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def xmp_date(moment: datetime) -> str:
    """`2026-05-04T10:00:00+00:00`, to the second; `moment` knows its time zone."""
    return moment.isoformat(timespec="seconds")


def pdf_date(moment: datetime) -> str:
    """`D:20260504100000+00'00'`, to the second; `moment` knows its time zone."""
    zone = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"


def moment_of(date: str) -> datetime:
    """The moment that `pdf_date` wrote; ValueError for any other text."""
    return datetime.strptime(date.replace("'", ""), "D:%Y%m%d%H%M%S%z")


def joined(values: Iterable[str]) -> str:
    """Several authors or keywords as the one text that the document information can hold."""
    return ", ".join(values)


def _identification(tagged: bool, schema: Schema | None) -> str:
    """The standards that a file claims to follow, and the schemas that PDF/A does not know."""
    described = (_PDF_UA_SCHEMA if tagged else "") + (_declared(schema) if schema else "")
    claims = _PDF_A.format(level="A") + _PDF_UA if tagged else _PDF_A.format(level="B")
    return claims + (_SCHEMAS.format(described=described) if described else "")


def _elements(properties: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"<{name}>{value}</{name}>" for name, value in properties if value)


def _declared(schema: Schema) -> str:
    """The description of a schema, as PDF/A wants it of any that it does not know."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">\n'
        f"<pdfaProperty:name>{escape(name)}</pdfaProperty:name>\n"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>\n"
        "<pdfaProperty:category>internal</pdfaProperty:category>\n"
        f"<pdfaProperty:description>{escape(meaning)}</pdfaProperty:description>\n"
        "</rdf:li>"
        for name, meaning in schema.properties.items()
    )
    return (
        '\n<rdf:li rdf:parseType="Resource">\n'
        f"<pdfaSchema:schema>{escape(schema.name)}</pdfaSchema:schema>\n"
        f"<pdfaSchema:namespaceURI>{escape(schema.namespace)}</pdfaSchema:namespaceURI>\n"
        f"<pdfaSchema:prefix>{escape(schema.prefix)}</pdfaSchema:prefix>\n"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>\n"
        "</rdf:li>"
    )


def _own(schema: Schema, entries: Sequence[tuple[str, str]]) -> str:
    described = _elements(entries)
    return (
        f'<rdf:Description rdf:about="" xmlns:{schema.prefix}="{schema.namespace}">\n{described}\n</rdf:Description>\n'
    )


def _language_alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>' if text else ""


def _item(text: str) -> str:
    return f"<rdf:li>{escape(text)}</rdf:li>"
