"""How much of a payee's name a stranger may see: enough to notice a wrong number."""

from __future__ import annotations

SHOWN = 1
HIDDEN = "***"


def mask_name(name: str) -> str:
    """The first name whole, of every other its first letter: `Ada Ngozi Okafor` -> `Ada N*** O***`.

    A fixed number of stars, so that the length tells nothing.
    """
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[:SHOWN]}{HIDDEN}" for other in others)])
