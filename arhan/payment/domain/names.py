"""How much of a payee's name a stranger may see: enough to notice a wrong number."""

from __future__ import annotations

SHOWN = 1
HIDDEN = "***"
BUSINESS = "biz_"
"""How the ids of customers begin that are businesses: their names stand in a public register."""
TOGETHER = " and "


def mask_name(name: str) -> str:
    """The first name whole, of every other its first letter: `Ada Ngozi Okafor` -> `Ada N*** O***`.

    A fixed number of stars, so that the length tells nothing.
    """
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[:SHOWN]}{HIDDEN}" for other in others)])


def name_for_payer(name: str, *, customer: str) -> str:
    """A payee's name as a payer may see it: a business's whole, of people who hold an account together each masked."""
    if customer.startswith(BUSINESS):
        return name
    return TOGETHER.join(mask_name(each) for each in name.split(TOGETHER))
