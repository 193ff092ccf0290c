"""Amounts in words, as on a cheque: a second look at the zeros before money leaves.

English and French. Short scale in English; French of Dubois 1990 without hyphen reform: `et` before
un and onze, plural `cents` and `quatre-vingts` only where nothing follows.
"""

from __future__ import annotations

from typing import NamedTuple

from arhan.kernel.money import MINOR_DIGITS


class Names(NamedTuple):
    """What a currency and its minor unit are called, one and many."""

    major: str
    majors: str
    minor: str
    minors: str


CURRENCIES: dict[str, dict[str, Names]] = {
    "en": {
        "NGN": Names("naira", "naira", "kobo", "kobo"),
        "USD": Names("US dollar", "US dollars", "cent", "cents"),
        "EUR": Names("euro", "euros", "cent", "cents"),
        "GBP": Names("pound sterling", "pounds sterling", "penny", "pence"),
        "JPY": Names("yen", "yen", "", ""),
        "KWD": Names("Kuwaiti dinar", "Kuwaiti dinars", "fils", "fils"),
    },
    "fr": {
        "NGN": Names("naira", "nairas", "kobo", "kobos"),
        "USD": Names("dollar américain", "dollars américains", "cent", "cents"),
        "EUR": Names("euro", "euros", "centime", "centimes"),
        "GBP": Names("livre sterling", "livres sterling", "penny", "pence"),
        "JPY": Names("yen", "yens", "", ""),
        "KWD": Names("dinar koweïtien", "dinars koweïtiens", "fils", "fils"),
    },
}
FEMININE = {"GBP"}
"""Currencies whose major unit is feminine in French: `une livre`, not `un livre`."""

_EN_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_FR_SMALL = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FR_TENS = [
    "",
    "",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
]
_FR_SCALES = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))


def amount_in_words(amount: int, currency: str, *, language: str = "en") -> str:
    """Minor units in words: 2500050 NGN -> `Twenty-five thousand naira and fifty kobo`."""
    language = language[:2] if language[:2] in CURRENCIES else "en"
    names = CURRENCIES[language][currency]
    major, minor = divmod(amount, 10 ** MINOR_DIGITS[currency])
    parts = []
    if major or not minor:
        parts.append(_counted(major, names.major, names.majors, currency, language))
    if minor:
        parts.append(_counted(minor, names.minor, names.minors, "", language))
    text = (" and " if language == "en" else " et ").join(parts)
    return text[0].upper() + text[1:]


def _counted(number: int, one: str, many: str, currency: str, language: str) -> str:
    if language == "en":
        return f"{english(number)} {one if number == 1 else many}"
    words = french(number)
    if currency in FEMININE and number % 10 == 1 and number % 100 not in {11, 71, 91}:
        words += "e"
    of = _of(many) if number >= 10**6 and number % 10**6 == 0 else ""
    return f"{words} {of}{one if number < 2 else many}"  # noqa: PLR2004 - French plural begins at two


def _of(noun: str) -> str:
    return "d'" if noun[0] in "aeiouh" else "de "


def english(number: int) -> str:
    """A whole number from 0 in English words."""
    for scale, name in _EN_SCALES:
        if number >= scale:
            rest = number % scale
            joint = " and " if 0 < rest < 100 else " "  # noqa: PLR2004 - British usage: `one thousand and five`
            return f"{english(number // scale)} {name}" + (joint + english(rest) if rest else "")
    if number >= 100:  # noqa: PLR2004
        rest = number % 100
        return f"{_EN_SMALL[number // 100]} hundred" + (f" and {english(rest)}" if rest else "")
    if number < 20:  # noqa: PLR2004
        return _EN_SMALL[number]
    return _EN_TENS[number // 10] + (f"-{_EN_SMALL[number % 10]}" if number % 10 else "")


def french(number: int) -> str:
    """A whole number from 0 in French words."""
    return _french(number, final=True)


def _french(number: int, *, final: bool) -> str:
    """`final`: nothing follows, so that hundreds and eighty may take their plural."""
    for scale, name in _FR_SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            head = f"{_french(count, final=True)} {name}{'s' if count > 1 else ''}"
            return head + (f" {_french(rest, final=final)}" if rest else "")
    if number >= 1000:  # noqa: PLR2004
        count, rest = divmod(number, 1000)
        head = "mille" if count == 1 else f"{_french(count, final=False)} mille"
        return head + (f" {_french(rest, final=final)}" if rest else "")
    if number >= 100:  # noqa: PLR2004
        count, rest = divmod(number, 100)
        head = "cent" if count == 1 else f"{_FR_SMALL[count]} cent{'s' if not rest and final else ''}"
        return head + (f" {_french(rest, final=final)}" if rest else "")
    return _french_below_hundred(number, final=final)


def _french_below_hundred(number: int, *, final: bool) -> str:
    if number < 20:  # noqa: PLR2004
        return _FR_SMALL[number]
    if number == 80:  # noqa: PLR2004
        return "quatre-vingts" if final else "quatre-vingt"
    tens, unit = divmod(number, 10)
    if tens in {7, 9}:
        unit += 10
    if unit == 0:
        return _FR_TENS[tens]
    joint = " et " if unit in {1, 11} and tens < 8 else "-"  # noqa: PLR2004 - but quatre-vingt-un, -onze
    return f"{_FR_TENS[tens]}{joint}{_FR_SMALL[unit]}"
