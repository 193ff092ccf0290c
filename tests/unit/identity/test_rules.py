"""The smaller rules of identity."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from arhan.contracts.tiers import TierLimits, confirmed_from, limits_of, new_device_cap
from arhan.identity.domain import challenges, devices, factors, people, sessions, throttle
from arhan.identity.domain.kyc import numbers, tiers
from arhan.kernel.proofs import Act

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("failures", "pause_s"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (1000, 900)],
)
def test_pauses_double_up_to_a_quarter_of_an_hour(failures: int, pause_s: int) -> None:
    pause = throttle.pause_after(throttle.NAME_FROM_ADDRESS, failures)
    assert pause == timedelta(seconds=pause_s)


@given(st.integers(0, 10**9))
def test_no_pause_is_for_ever(failures: int) -> None:
    for rule in (throttle.NAME_FROM_ADDRESS, throttle.NAME_FROM_STRANGERS, throttle.ADDRESS):
        assert throttle.pause_after(rule, failures) <= timedelta(minutes=15)


def test_failures_are_forgotten() -> None:
    rule = throttle.NAME_FROM_ADDRESS
    remembered = throttle.remembered_failures
    assert remembered(rule, failures=9, last_at=NOW - timedelta(minutes=59), now=NOW) == 9
    assert remembered(rule, failures=9, last_at=NOW - timedelta(hours=1), now=NOW) == 0


def test_an_ipv6_subscriber_is_one_place() -> None:
    assert throttle.network("2001:db8:1:2:3::4") == throttle.network("2001:db8:1:2:ffff::") != "x"
    assert throttle.network("2001:db8:1:2:3::4") != throttle.network("2001:db8:1:3:3::4")
    assert throttle.network("192.0.2.7") == "192.0.2.7"


def test_keys_of_counters_show_nothing_of_what_was_typed() -> None:
    found = throttle.login_throttles(login="my secret", address="192.0.2.7", stranger=True)
    assert all("secret" not in each.key and "192.0.2.7" not in each.key for each in found)
    other = throttle.login_throttles(login=" MY SECRET ", address="192.0.2.7", stranger=False)
    assert [each.key for each in found[:2]] == [each.key for each in other]


@pytest.mark.parametrize("drift_s", [-30, 0, 30])
def test_a_code_of_a_clock_half_a_minute_off_is_taken(drift_s: int) -> None:
    code = TOTP(SECRET).at(NOW + timedelta(seconds=drift_s))
    assert factors.matching_step(secret=SECRET, code=code, now=NOW, after_step=0)


@pytest.mark.parametrize("drift_s", [-90, -61, 61, 90])
def test_a_code_of_a_clock_further_off_is_not(drift_s: int) -> None:
    code = TOTP(SECRET).at(NOW + timedelta(seconds=drift_s))
    assert factors.matching_step(secret=SECRET, code=code, now=NOW, after_step=0) is None


def test_no_code_up_to_the_last_one_taken_counts() -> None:
    step = int(NOW.timestamp()) // 30
    code = TOTP(SECRET).at(NOW)
    assert factors.matching_step(secret=SECRET, code=code, now=NOW, after_step=step - 1) == step
    assert factors.matching_step(secret=SECRET, code=code, now=NOW, after_step=step) is None


def test_rfc_6238_s_own_example() -> None:
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(1111111109, UTC)
    assert factors.matching_step(secret=seed, code="081 804", now=at, after_step=0) == 1111111109 // 30


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0803 123 4567", "+2348031234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("(0803)123-4567", "+2348031234567"),
    ],
)
def test_phones_are_kept_in_one_form(text: str, phone: str) -> None:
    assert people.parse_phone(text) == phone


@given(st.text(max_size=60))
def test_parsers_refuse_or_answer_and_never_stumble(text: str) -> None:
    parsers = (
        people.parse_username,
        people.parse_email,
        people.parse_name,
        people.parse_phone,
        people.parse_sex,
    )
    for parse in parsers:
        try:
            found = parse(text)
        except ValueError:
            continue
        assert parse(found) == found, "what was parsed parses to itself"


def test_staff_sessions_are_short() -> None:
    end = NOW + timedelta(hours=12)
    assert sessions.refresh_expiry(role="teller", now=NOW, session_expires_at=end) == NOW + timedelta(
        minutes=15
    )
    soon = NOW + timedelta(minutes=3)
    assert sessions.refresh_expiry(role="teller", now=NOW, session_expires_at=soon) == soon
    assert sessions.refresh_expiry(role="customer", now=NOW, session_expires_at=NOW + timedelta(days=30)) == (
        NOW + timedelta(days=7)
    )


def test_devices_have_names_people_know() -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    assert devices.name_of(agent) == "Safari on iPhone"
    assert devices.name_of("python-httpx/0.28.1") == "python-httpx"
    assert devices.name_of("") == "Unknown device"


def test_the_first_device_is_trusted_and_others_a_day_later() -> None:
    assert devices.trusted_from(is_first=True, now=NOW) == NOW
    assert devices.trusted_from(is_first=False, now=NOW) == NOW + timedelta(hours=24)


def test_people_read_what_they_confirm() -> None:
    act = Act(action="card_payment", amount=123456, currency="NGN", payee="0123456789", reference="pay_1")
    assert challenges.summary(act) == "card payment of NGN 1,234.56 to 0123456789"
    assert (
        challenges.summary(Act(action="new_beneficiary", payee="0123456789"))
        == "new beneficiary to 0123456789"
    )


def test_a_text_is_for_who_has_nothing_better() -> None:
    nothing = {"has_authenticator": False, "has_passkey": False}
    assert challenges.methods(**nothing, phone_verified=True) == ["text"]
    assert challenges.methods(**nothing, phone_verified=False) == [], "whose phone is it?"
    found = challenges.methods(has_authenticator=True, has_passkey=True, phone_verified=True)
    assert found == ["otp", "passkey"]


@pytest.mark.parametrize("text", ["2212345678", "221234567890", "22123abc678", "22222222222", "12345678901"])
def test_what_is_no_bvn(text: str) -> None:
    with pytest.raises(ValueError, match=r"eleven digits|begins with 22"):
        numbers.parse_number("bvn", text)


def test_numbers_may_be_typed_with_blanks() -> None:
    assert numbers.parse_number("bvn", "2212 345 6789") == "22123456789"
    assert numbers.parse_number("nin", "12345678901") == "12345678901"


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 21), 17), (date(2026, 11, 22), 18), (date(2027, 3, 1), 18)],
)
def test_full_years(day: date, age: int) -> None:
    assert tiers.age_on(day, born=date(2008, 11, 22)) == age


def test_what_each_tier_takes() -> None:
    nothing = tiers.Evidence(
        email_verified=False,
        phone_verified=False,
        has_profile=False,
        numbers=frozenset(),
        documents=frozenset(),
    )
    assert tiers.missing_for(2, nothing) == ["phone_verification", "profile", "identity_number"]
    told = tiers.Evidence(
        email_verified=True,
        phone_verified=True,
        has_profile=True,
        numbers=frozenset({"nin"}),
        documents=frozenset({"passport"}),
    )
    assert tiers.missing_for(2, told) == []
    assert tiers.missing_for(3, told) == ["address_document"]


def test_limits_are_dated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(
        "[[from]]\ndate = 2026-01-01\n[from.tier.1]\nbalance = 10\n"
        "[[from]]\ndate = 2026-06-01\n[from.tier.1]\nbalance = 20\n"
    )
    monkeypatch.setenv("ARHAN_TIER_LIMITS", str(file))
    assert limits_of(1, on=date(2025, 1, 1)).balance == 10
    assert limits_of(1, on=date(2026, 5, 31)).balance == 10
    assert limits_of(1, on=date(2026, 6, 1)).balance == 20
    assert limits_of(2, on=date(2026, 6, 1)) == TierLimits(0, 0, 0), "unknown tiers may do nothing"


def test_a_currency_nobody_thought_of_leaves_a_new_device_nothing_and_is_confirmed_always() -> None:
    today = date(2026, 11, 22)
    assert new_device_cap("NGN", on=today) == 2_000_000
    assert new_device_cap("XXX", on=today) == 0
    assert confirmed_from("NGN", known_payee=True, on=today) == 100_000_000
    assert confirmed_from("NGN", known_payee=False, on=today) == 20_000_000
    assert confirmed_from("XXX", known_payee=True, on=today) == 0


def test_the_limits_of_the_central_bank() -> None:
    today = date(2026, 11, 22)
    assert limits_of(1, on=today) == TierLimits(5_000_000, 30_000_000, 5_000_000)
    assert limits_of(2, on=today) == TierLimits(10_000_000, 50_000_000, 20_000_000)
    assert limits_of(3, on=today) == TierLimits(None, None, 500_000_000)


@pytest.mark.parametrize(
    ("currency", "first", "second", "third"),
    [
        ("USD", (32_50, 195_00, 32_50), (65_00, 325_00, 130_00), 3_250_00),
        ("EUR", (30_00, 180_00, 30_00), (60_00, 300_00, 120_00), 3_000_00),
        ("GBP", (25_00, 150_00, 25_00), (50_00, 250_00, 100_00), 2_500_00),
        ("JPY", (5_000, 30_000, 5_000), (10_000, 50_000, 20_000), 500_000),
        ("KWD", (10_000, 60_000, 10_000), (20_000, 100_000, 40_000), 1_000_000),
        ("XXX", (0, 0, 0), (0, 0, 0), 0),
    ],
)
def test_a_tier_has_limits_in_each_currency_and_naira_are_no_cents(
    currency: str, first: tuple[int, ...], second: tuple[int, ...], third: int
) -> None:
    today = date(2026, 11, 22)
    assert limits_of(1, on=today, currency=currency) == TierLimits(*first)
    assert limits_of(2, on=today, currency=currency) == TierLimits(*second)
    assert limits_of(3, on=today, currency=currency).daily_outflow == third


def test_a_file_that_speaks_of_naira_alone_allows_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("[[from]]\ndate = 2026-01-01\n[from.tier.1]\nbalance = 10\n")
    monkeypatch.setenv("ARHAN_TIER_LIMITS", str(file))
    assert limits_of(1, on=date(2026, 6, 1)) == TierLimits(balance=10)
    assert limits_of(1, on=date(2026, 6, 1), currency="USD") == TierLimits(0, 0, 0)
