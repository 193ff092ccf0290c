"""docs/security/asvs.md speaks of every requirement of ASVS 5.0 up to level 2, and of nothing that is not there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "security" / "asvs.md"
CONTROLS = ROOT / "docs" / "security" / "controls.md"

LEVELS = {
    "V1": "22 1111122223 112222222223 222 123",
    "V2": "122 112 12223 23",
    "V3": "3 113 12223 11222233 11122333 3 22333",
    "V4": "12233 23333 22 1222",
    "V5": "2 112333 113 222",
    "V6": "122 111111112222 11223333 112233 22222333 2223 33 2222",
    "V7": "222 1111 22 11222 223 22",
    "V8": "1233 1123 133 23",
    "V9": "111 1222",
    "V10": "22 223 22223 1111122222233333 22222 22 222",
    "V11": "2233 22233 11233 1222 23 23 33",
    "V12": "12233 11 22223",
    "V13": "2333 222223 2233 1222233",
    "V14": "22 12223333 122",
    "V15": "12233 12233 1222222 3333",
    "V16": "2 22222 2222 222 2223",
    "V17": "23 22223333 22",
}
"""ASVS 5.0.0: by chapter its sections, in each the level of its requirements 1, 2, 3, ..."""
ROW = re.compile(r"^\| (V[0-9]+\.[0-9]+\.[0-9]+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PAGE = re.compile(r"\(controls\.md#([\w-]+)\)")
WITHOUT_A_TEST = ("Not applicable: ", "Left to the operator: ")


def required() -> dict[str, str]:
    """Every requirement of level 1 and 2, with its level."""
    return {
        f"{chapter}.{section}.{number}": level
        for chapter, sections in LEVELS.items()
        for section, levels in enumerate(sections.split(), 1)
        for number, level in enumerate(levels, 1)
        if level in "12"
    }


ROWS = {row[1]: (row[2], row[3], row[4]) for row in ROW.finditer(TABLE.read_text())}


@cache
def names_in(path: str) -> frozenset[str]:
    """The tests of a file, those that are always skipped left out."""
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any("mark.skip" in ast.unparse(mark) for mark in node.decorator_list)
    )


def anchors() -> set[str]:
    """The headings of controls.md, as links lead to them."""
    titles = re.findall(r"^## (.+)$", CONTROLS.read_text(), re.MULTILINE)
    return {title.lower().replace(" ", "-") for title in titles}


def test_the_standard_has_so_many_requirements() -> None:
    found = list(required().values())
    assert (found.count("1"), found.count("2")) == (70, 183)


def test_every_requirement_has_its_row_and_its_level() -> None:
    assert {id_: level for id_, (level, _, _) in ROWS.items()} == required()
    assert list(ROWS) == list(required()), "in the standard's order"


@pytest.mark.parametrize("id_", sorted(ROWS))
def test_what_proves_it_is_there(id_: str) -> None:
    _, words, proof = ROWS[id_]
    tests, pages = TEST.findall(proof), PAGE.findall(proof)
    assert words.strip()
    assert tests or pages or proof.startswith(WITHOUT_A_TEST), "neither proof nor reason"
    for path, name in tests:
        assert (ROOT / "tests" / path).is_file(), f"there is no tests/{path}"
        assert name in names_in(path), f"there is no {name} in tests/{path}"
    assert set(pages) <= anchors()
