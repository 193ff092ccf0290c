"""The Merkle tree over the journal: RFC 9162, sections 2.1.1 to 2.1.3, with SHA-256.

A leaf is a journal entry, in the order of their numbers. Hashes of full subtrees of 256, 65,536 …
leaves ("tiles", level 1, 2 …) are kept, so that a root or a proof reads some hundred hashes however
long the journal is; level 0 are the leaves themselves.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()


class Hashes(Protocol):
    """Where kept hashes are read from."""

    def __call__(self, *, level: int, first: int, stop: int) -> Sequence[bytes]:
        """The hashes first <= index < stop of one level; never across a tile's border."""


def hash_leaf(content: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + content).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def hash_full(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes of one level."""
    row = list(hashes)
    while len(row) > 1:
        row = [hash_node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


class Tree:
    """The tree over the first `size` leaves, read through kept hashes."""

    def __init__(self, size: int, hashes: Hashes) -> None:
        """`hashes` must know every leaf, and every tile that is full, below `size`."""
        self.size = size
        self._hashes = hashes

    def root(self) -> bytes:
        """The hash that stands for all leaves in their order."""
        return self._hash_range(0, self.size)

    def inclusion_path(self, index: int) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root, nearest first (section 2.1.3.1)."""
        start, stop = 0, self.size
        path: list[bytes] = []
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._hash_range(middle, stop))
                stop = middle
            else:
                path.append(self._hash_range(start, middle))
                start = middle
        return path[::-1]

    def _hash_range(self, start: int, stop: int) -> bytes:
        """The hash over leaves start <= index < stop, a subtree of this tree."""
        peaks = []
        while start < stop:
            height = (stop - start).bit_length() - 1
            peaks.append(self._hash_subtree(height, start >> height))
            start += 1 << height
        return fold(peaks)

    def _hash_subtree(self, height: int, index: int) -> bytes:
        """The hash of the full subtree of that height: its tile's share of hashes, combined."""
        level, rest = divmod(height, TILE_HEIGHT)
        first = index << rest
        return hash_full(self._hashes(level=level, first=first, stop=first + (1 << rest)))


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over full subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = hash_node(peak, found)
    return found


class Growing:
    """The root of a journal read from its beginning: leaves are added, nothing is kept but peaks."""

    def __init__(self) -> None:
        """No leaf yet."""
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf's hash."""
        self.size += 1
        carried = leaf
        trailing = self.size
        while trailing & 1 == 0:
            carried = hash_node(self._peaks.pop(), carried)
            trailing >>= 1
        self._peaks.append(carried)

    def root(self) -> bytes:
        """The root over the leaves so far."""
        return fold(self._peaks)


def root_of_inclusion(*, leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """The root that a proof leads to (section 2.1.3.2); ValueError when its length is wrong."""
    if not 0 <= index < size:
        msg = f"there is no leaf {index} in a tree of {size}"
        raise ValueError(msg)
    position, last = index, size - 1
    found = leaf
    for sibling in path:
        if last == 0:
            msg = "the path is too long"
            raise ValueError(msg)
        if position & 1 or position == last:
            found = hash_node(sibling, found)
            while position & 1 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            found = hash_node(found, sibling)
        position, last = position >> 1, last >> 1
    if last:
        msg = "the path is too short"
        raise ValueError(msg)
    return found
