"""Where a request came from."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address


@lru_cache(maxsize=10_000)
def client_address(*, peer: str, forwarded: str) -> str:
    """The address of the client, as the nearest proxy of ours saw it.

    A forwarded address (X-Forwarded-For) is believed only from a peer on our own side (loopback or
    a private network), and only its last entry: that one was written by the peer itself.
    """
    peer = peer or "127.0.0.1"
    last = forwarded.rpartition(",")[2].strip()
    try:
        return str(ip_address(last)) if last and ip_address(peer).is_private else peer
    except ValueError:
        return peer
