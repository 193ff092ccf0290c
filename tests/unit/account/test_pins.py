from __future__ import annotations

from arhan.account.domain import pins

KEY = b"a key of the tests"


def verifier(*, pin: str = "0427", account: str = "acc_1", key: bytes = KEY, salt: bytes = b"salt") -> bytes:
    sealed = pins.seal(key=key, account=account, pin=pin)
    return pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS)


def test_the_same_pin_is_recognised_and_no_other() -> None:
    assert verifier() == verifier()
    others = [
        verifier(pin="0428"),
        verifier(pin="427"),
        verifier(account="acc_2"),
        verifier(key=b"another"),
        verifier(salt=b"pepper"),
    ]
    assert verifier() not in others
    assert len(set(others)) == len(others)


def test_account_and_pin_cannot_run_into_each_other() -> None:
    assert pins.seal(key=KEY, account="acc_1", pin="2345") != pins.seal(key=KEY, account="acc_12", pin="345")


def test_known_answer() -> None:
    """Whoever changes how verifiers are made locks every customer out."""
    assert verifier().hex() == "4be7ae1a291468084973f3ece3d1d6deb8a82b55a94f4ed18f9ca5a50d0d3d0f"
