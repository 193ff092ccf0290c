"""The Merkle tree against its definition in RFC 9162, written out recursively, and known vectors."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

import pytest

from arhan.ledger.domain.merkle import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Growing,
    Tree,
    hash_full,
    hash_leaf,
    hash_node,
    root_of_inclusion,
)

# The eight leaves of the certificate-transparency test vectors, and the roots over the first n of them.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def mth(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, word for word; `leaves` are hashed already."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hash_node(mth(leaves[:k]), mth(leaves[k:]))


def kept(leaves: list[bytes], *, level: int, first: int, stop: int) -> list[bytes]:
    """Hashes of full tiles, as a store keeps them; a read never crosses a tile's border."""
    assert first // TILE_WIDTH == (stop - 1) // TILE_WIDTH
    row = leaves
    for _ in range(level):
        row = [hash_full(row[i : i + 256]) for i in range(0, len(row) - 255, 256)]
    assert stop <= len(row)
    return row[first:stop]


def tree(leaves: list[bytes], size: int | None = None) -> Tree:
    return Tree(len(leaves) if size is None else size, partial(kept, leaves))


def numbered(count: int) -> list[bytes]:
    return [hash_leaf(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert tree([hash_leaf(leaf) for leaf in LEAVES[:size]]).root().hex() == ROOTS[size]


def test_the_root_over_nothing() -> None:
    assert tree([]).root() == Growing().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 700])
def test_root_and_every_proof_agree_with_the_definition(size: int) -> None:
    leaves = numbered(size)
    root = mth(leaves)
    found = tree(leaves)
    assert found.root() == root
    for index in {0, 1, size // 2, size - 1} & set(range(size)):
        path = found.inclusion_path(index)
        assert root_of_inclusion(leaf=leaves[index], index=index, size=size, path=path) == root


def test_an_old_seal_is_proved_within_a_longer_journal() -> None:
    leaves = numbered(600)
    for size in (1, 5, 256, 300):
        path = tree(leaves, size).inclusion_path(0)
        assert root_of_inclusion(leaf=leaves[0], index=0, size=size, path=path) == mth(leaves[:size])


def test_two_levels_of_tiles() -> None:
    leaves = numbered(256 * 256 + 3)
    grown = Growing()
    for leaf in leaves:
        grown.add(leaf)
    assert tree(leaves).root() == grown.root()
    path = tree(leaves).inclusion_path(300)
    assert root_of_inclusion(leaf=leaves[300], index=300, size=len(leaves), path=path) == grown.root()


def test_a_growing_root_is_the_root_at_every_size() -> None:
    leaves, grown = numbered(70), Growing()
    for size, leaf in enumerate(leaves, start=1):
        grown.add(leaf)
        assert grown.root() == mth(leaves[:size])


@pytest.mark.parametrize(
    ("index", "size", "length", "reason"),
    [
        (0, 4, 1, "too short"),
        (0, 4, 3, "too long"),
        (4, 4, 2, "no leaf 4"),
        (-1, 4, 2, "no leaf -1"),
        (0, 0, 0, "no leaf 0"),
    ],
)
def test_a_proof_of_the_wrong_form_is_refused(index: int, size: int, length: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        root_of_inclusion(leaf=b"", index=index, size=size, path=[b"\0" * 32] * length)
