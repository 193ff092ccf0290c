"""Who may do what on an account: every role by every action, as one table."""

from __future__ import annotations

import pytest

from arhan.account.domain import parties
from arhan.account.domain.parties import ACTIONS, ROLES, Mandate, Standing

MATRIX = """
              view  pay  approve  freeze  manage  close  invite  own
owner         yes   yes  yes      yes     yes     yes    yes     yes
joint_holder  yes   yes  yes      yes     yes     yes    no      no
signatory     yes   yes  yes      yes     no      no     no      no
viewer        yes   no   no       no      no      no     no      no
"""
_HEAD, *_ROWS = MATRIX.strip().splitlines()
TABLE = [
    (role, action, word == "yes")
    for role, *words in (row.split() for row in _ROWS)
    for action, word in zip(_HEAD.split(), words, strict=True)
]


def test_the_table_names_every_role_and_every_action() -> None:
    assert {(role, action) for role, action, _ in TABLE} == {(r, a) for r in ROLES for a in ACTIONS}


@pytest.mark.parametrize(("role", "action", "permitted"), TABLE)
def test_who_may_do_what(role: parties.Role, action: parties.Action, *, permitted: bool) -> None:
    refusal = parties.refusal(Standing(role), action)
    assert (refusal is None) == permitted
    if refusal is not None:
        assert (refusal.status, refusal.code) == (403, "account_role_insufficient")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_learns_nothing(action: parties.Action) -> None:
    refusal = parties.refusal(None, action)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (404, "not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_where_several_sign_nobody_moves_money_on_one_word(action: parties.Action) -> None:
    refusal = parties.refusal(Standing("owner"), action, mandate=Mandate(2))
    assert (refusal.code if refusal else None) == (
        "signatures_needed" if action in {"close", "own"} else None
    )


def test_the_owner_needs_no_record_and_nobody_is_the_owner_of_the_banks_own() -> None:
    assert parties.standing_of("usr_ada", owner="usr_ada", party=None) == Standing("owner")
    assert parties.standing_of("usr_bola", owner="usr_ada", party=None) is None
    assert parties.standing_of("", owner="", party=None) is None


@pytest.mark.parametrize(
    ("mandate", "amount", "needed"),
    [
        (Mandate(), 10**13, 1),
        (Mandate(2), 1, 2),
        (Mandate(2, 500_000), 499_999, 1),
        (Mandate(2, 500_000), 500_000, 2),
    ],
)
def test_how_many_sign(mandate: Mandate, amount: int, needed: int) -> None:
    assert mandate.needed(amount) == needed


@pytest.mark.parametrize(
    ("role", "limit", "amount", "signs"),
    [
        ("owner", None, 10**13, True),
        ("signatory", None, 10**13, True),
        ("signatory", 1000, 1000, True),
        ("signatory", 1000, 1001, False),
        ("viewer", None, 1, False),
    ],
)
def test_whose_signature_counts(role: parties.Role, limit: int | None, amount: int, *, signs: bool) -> None:
    assert parties.may_sign(Standing(role, limit), amount=amount) is signs


def test_a_strangers_signature_does_not_count() -> None:
    assert not parties.may_sign(None, amount=1)


@pytest.mark.parametrize(
    ("before", "after", "loosens"),
    [
        (Mandate(), Mandate(2), False),
        (Mandate(), Mandate(2, 500_000), False),
        (Mandate(2), Mandate(1), True),
        (Mandate(2), Mandate(2, 1), True),
        (Mandate(2, 500), Mandate(2, 100), False),
        (Mandate(3), Mandate(2), True),
        (Mandate(2, 500), Mandate(3, 600), True),
    ],
)
def test_what_takes_the_banks_consent(before: Mandate, after: Mandate, *, loosens: bool) -> None:
    assert parties.loosens(before, after) is loosens


@pytest.mark.parametrize(
    ("role", "member", "of", "code"),
    [
        ("signatory", "usr_me", "signatory", None),
        ("joint_holder", "usr_me", "joint_holder", None),
        ("owner", "usr_other", "signatory", None),
        ("owner", "usr_other", "viewer", None),
        ("owner", "usr_other", "joint_holder", "holder_must_agree"),
        ("joint_holder", "usr_other", "viewer", "account_role_insufficient"),
        ("signatory", "usr_other", "signatory", "account_role_insufficient"),
        ("viewer", "usr_other", "viewer", "account_role_insufficient"),
    ],
)
def test_who_ends_whose_part(role: parties.Role, member: str, of: parties.Role, code: str | None) -> None:
    refusal = parties.ends_by("usr_me", role, member=member, of=of, is_staff=False)
    assert (refusal.code if refusal else None) == code
    assert parties.ends_by("usr_staff", "viewer", member=member, of=of, is_staff=True) is None
