"""A document beside the document it is to become."""

from __future__ import annotations

from arhan.frontend.domain.changes import Change, compare, differences

SOLD = {"tiers": [{"rate": 35_000}], "tax": True, "fees": [{"event": "opening", "flat": 500}]}


def test_only_what_differs_by_its_path() -> None:
    wanted = {"tiers": [{"rate": 40_000, "up_to": 100}], "tax": False, "fees": SOLD["fees"]}
    assert differences(SOLD, wanted) == [
        Change("tiers 1.rate", "35000", "40000"),
        Change("tiers 1.up_to", "", "100"),
        Change("tax", "yes", "no"),
    ]


def test_what_goes_away_is_a_change() -> None:
    assert differences(SOLD, {"tiers": SOLD["tiers"], "tax": True}) == [
        Change("fees 1.event", "opening", ""),
        Change("fees 1.flat", "500", ""),
    ]


def test_the_same_document_changes_nothing() -> None:
    assert differences(SOLD, dict(SOLD)) == []
    assert [change.is_one for change in compare(SOLD, SOLD)] == [False, False, False, False]


def test_nothing_and_empty_are_alike() -> None:
    assert differences({"note": None}, {"note": ""}) == []
