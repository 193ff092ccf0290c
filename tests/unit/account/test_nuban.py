from __future__ import annotations

import pytest

from arhan.account.domain.nuban import account_number, bank_code, check_digit


def test_the_standard_s_own_example() -> None:
    assert account_number(bank="011", serial=1457) == "0000014579"


@pytest.mark.parametrize(
    ("code", "six"), [("011", "000011"), ("999", "000999"), ("50211", "950211"), ("000011", "000011")]
)
def test_a_bank_code_has_six_digits(code: str, six: str) -> None:
    assert bank_code(code) == six


@pytest.mark.parametrize("code", ["", "1", "0111", "01a", "\N{ARABIC-INDIC DIGIT ZERO}11", "0000011"])
def test_what_is_not_a_bank_code(code: str) -> None:
    with pytest.raises(ValueError, match="not a bank code"):
        bank_code(code)


@pytest.mark.parametrize("serial", [0, -1, 10**9])
def test_a_serial_has_nine_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="not a serial"):
        account_number(bank="011", serial=serial)


def test_the_check_digit_notices_every_single_wrong_digit() -> None:
    digits = "000011000001457"
    right = check_digit(digits)
    for place, digit in enumerate(digits):
        for other in "0123456789".replace(digit, ""):
            assert check_digit(digits[:place] + other + digits[place + 1 :]) != right


def test_the_same_serial_at_another_bank_has_another_number() -> None:
    assert account_number(bank="011", serial=1457) != account_number(bank="058", serial=1457)
