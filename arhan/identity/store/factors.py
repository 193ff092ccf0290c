"""Second factors, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.models import Authenticator, RecoveryCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def find_authenticator(person_id: str) -> Authenticator | None:
    """Somebody's authenticator, confirmed or not."""
    return Authenticator.objects.filter(person_id=person_id).first()


def has_second_factor(person_id: str) -> bool:
    """Whether this person has confirmed a second factor."""
    return Authenticator.objects.filter(person_id=person_id, confirmed_at__isnull=False).exists()


def put_authenticator(authenticator: Authenticator) -> None:
    """Keep it in place of the one there was."""
    authenticator.save()


def take_step(authenticator: Authenticator, *, step: int, now: datetime) -> bool:
    """Use up the code of this time step and confirm the authenticator; False if a rival used it first."""
    fresh = Authenticator.objects.filter(person_id=authenticator.person_id, last_step__lt=step)
    confirmed_at = authenticator.confirmed_at or now
    return bool(fresh.update(last_step=step, confirmed_at=confirmed_at))


def delete_authenticator(person_id: str) -> None:
    """The person has no authenticator any more."""
    Authenticator.objects.filter(person_id=person_id).delete()


def replace_recovery_codes(person_id: str, hashes: Iterable[bytes], *, now: datetime) -> None:
    """New codes; the old ones are worthless."""
    RecoveryCode.objects.filter(person_id=person_id).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(person_id=person_id, code_hash=each, created_at=now) for each in hashes]
    )


def use_recovery_code(person_id: str, code_hash: bytes, *, now: datetime) -> bool:
    """Use up this code; False if there is none, or it was used."""
    unused = RecoveryCode.objects.filter(person_id=person_id, code_hash=code_hash, used_at__isnull=True)
    return bool(unused.update(used_at=now))


def count_recovery_codes(person_id: str) -> int:
    """How many are left."""
    return RecoveryCode.objects.filter(person_id=person_id, used_at__isnull=True).count()
