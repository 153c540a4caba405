"""IP addresses and ranges as people write them → their one canonical form, or what is wrong with them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
"""What is never reached over the internet. The blocks for documentation are not among them: samples use them."""
_PUBLIC_6 = IPv6Network("2000::/3")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: an address, where `first` and `last` are the same, or a range. `text` is how it is typed."""

    text: str
    first: Address
    last: Address

    @property
    def is_range(self) -> bool:
        return self.first != self.last

    @property
    def version(self) -> int:
        return self.first.version

    @property
    def is_public(self) -> bool:
        """Whether all of it can be reached over the internet."""
        if isinstance(self.first, IPv4Address) and isinstance(self.last, IPv4Address):
            blocks = ipaddress.summarize_address_range(self.first, self.last)
            return not any(block.overlaps(other) for block in blocks for other in _NOT_PUBLIC_4)
        return self.first in _PUBLIC_6 and self.last in _PUBLIC_6

    def overlaps(self, other: Entry) -> bool:
        return (
            self.version == other.version and int(self.first) <= int(other.last) and int(other.first) <= int(self.last)
        )


def parse(text: str) -> Entry:
    """An address, `ADDRESS/PREFIX` or `FIRST-LAST`; ValueError that says what is wrong."""
    if "%" in text:
        raise ValueError("a zone such as %eth0 means something on one machine only")
    if "/" in text:
        return _network(text)
    if "-" in text:
        return _range(text)
    address = _address(text)
    return Entry(str(address), address, address)


def overlapping(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Pairs of positions of entries of which the second holds addresses that the first does too."""
    for number, entry in enumerate(entries):
        earlier = next((place for place in range(number) if entries[place].overlaps(entry)), None)
        if earlier is not None:
            yield earlier, number


def _address(text: str) -> Address:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise ValueError("this is no IP address") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        raise ValueError(f"write it as the IPv4 address that it is, {address.ipv4_mapped}")
    return address


def _network(text: str) -> Entry:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("this is no range of IP addresses") from None
    if text.split("/")[1] != str(network.prefixlen):
        raise ValueError(f"write the length of the prefix as a number, {network.with_prefixlen}")
    if _address(text.split("/")[0]) != network.network_address:
        raise ValueError(f"the range begins at {network.network_address}, so write {network.with_prefixlen}")
    return Entry(network.with_prefixlen, network.network_address, network.broadcast_address)


def _range(text: str) -> Entry:
    first, last = (_address(part.strip()) for part in text.split("-", 1))
    if first.version != last.version or int(first) >= int(last):
        raise ValueError("a range is FIRST-LAST, the lower address first")
    return Entry(f"{first}-{last}", first, last)
