"""The few tags and filters all pages are made with."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import uuid_utils
from django import template
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arhan.frontend import errors, labels
from arhan.frontend.domain import money as written
from arhan.frontend.domain.notices import place_of
from arhan.frontend.domain.places import rows_shown, rows_then
from arhan.frontend.domain.words import amount_in_words
from arhan.frontend.schemas.accounts import Account, Product

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import BoundField
    from django.utils.safestring import SafeString

    from arhan.frontend.schemas.notices import Notification
    from arhan.kernel.errors import Refused

register = template.Library()
AVATAR_COLOURS = 6
PLACE = ("after", "next", "rows")
"""Where in a list somebody is, as addresses say it."""


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite (assets/icons.txt); decoration, so screen readers skip it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}vendor/icons.svg#{}"/></svg>',
        extra,
        settings.STATIC_URL,
        name,
    )


@register.filter
def money(amount: int, currency: str) -> SafeString:
    """An amount with its currency, the minor part set smaller: ₦1,234.50."""
    parts = written.parts(amount, currency, language=get_language() or "en")
    return format_html(
        '<span class="money">{}{}<span class="money-minor">{}</span>{}</span>',
        parts.before,
        parts.whole,
        parts.minor,
        parts.after,
    )


@register.filter
def sign(currency: str) -> str:
    """A currency's sign, or its code where it has none of its own."""
    return written.SYMBOLS.get(currency, currency)


@register.filter
def plain_money(amount: int, currency: str) -> str:
    """The same as text, for buttons and titles."""
    return written.text(amount, currency, language=get_language() or "en")


@register.filter
def major(amount: int, currency: str) -> str:
    """An amount in the major unit as programs read it, for charts: 123450 NGN -> 1234.50."""
    return written.typed(amount, currency)


@register.filter
def in_words(amount: int, currency: str) -> str:
    """The amount in words, as on a cheque."""
    return amount_in_words(amount, currency, language=get_language() or "en")


@register.filter
def account_number(number: str) -> str:
    """Ten digits in groups that people can read out: 0123 456 789."""
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) == 10 else number  # noqa: PLR2004 - NUBAN


@register.filter
def day(moment: datetime) -> str:
    """The day in the visitor's zone, as people say it: Today, Yesterday, 12 May 2026."""
    date = timezone.localtime(moment).date()
    days_ago = (timezone.localdate() - date).days
    if days_ago == 0:
        return _("Today")
    if days_ago == 1:
        return _("Yesterday")
    return formats.date_format(date, "j F" if date.year == timezone.localdate().year else "j F Y")


def _clock(local: datetime) -> str:
    return formats.time_format(local, "H:i")


def _day_and_clock(local: datetime) -> str:
    return f"{day(local)}, {_clock(local)}"


def _brief(local: datetime) -> str:
    """The clock today, the day before that."""
    days_ago = (timezone.localdate() - local.date()).days
    if days_ago == 0:
        return _clock(local)
    return _("Yesterday") if days_ago == 1 else formats.date_format(local, "j M")


def _full(local: datetime) -> str:
    date, clock = formats.date_format(local, "j F Y"), formats.time_format(local, "H:i:s")
    return f"{date}, {clock} {local.tzname()}"


_MOMENTS = {"time": _clock, "brief": _brief, "full": _full}


@register.simple_tag
def moment(when: datetime | None, style: str = "") -> SafeString | str:
    """A moment in the visitor's zone; `time`, `brief`, `full` (with the zone's name), or day and clock."""
    if when is None:
        return ""
    text = _MOMENTS.get(style, _day_and_clock)(timezone.localtime(when))
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), text)


@register.inclusion_tag("parts/badge.html")
def payment_state(code: str) -> dict[str, Any]:
    """A payment's state as a badge."""
    return {"state": labels.state(labels.PAYMENT_STATES, code)}


@register.inclusion_tag("parts/badge.html")
def account_state(code: str) -> dict[str, Any]:
    """An account's state as a badge."""
    return {"state": labels.state(labels.ACCOUNT_STATES, code)}


@register.inclusion_tag("parts/badge.html")
def state_of(code: str, table: str) -> dict[str, Any]:
    """Any state as a badge: `{% state_of case.status "CASE_STATES" %}`."""
    return {"state": labels.state(getattr(labels, table), code)}


@register.inclusion_tag("parts/downloads.html", takes_context=True)
def downloads(context: dict[str, Any], name: str, *arguments: str) -> dict[str, Any]:
    """A table as CSV and as PDF, and print: `{% downloads "loan-schedule" loan.id %}`.

    What the page is filtered for, its files are; they begin at the first row, wherever the page does.
    """
    query = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    for place in PLACE:
        query.pop(place, None)
    asked = f"?{query.urlencode()}" if query else ""
    return {form: f"{reverse(f'{name}-{form}', args=arguments)}{asked}" for form in ("csv", "pdf")}


@register.inclusion_tag("parts/more.html", takes_context=True)
def more(context: dict[str, Any], cursor: str, per_page: int) -> dict[str, Any]:
    """The link to the following rows: they join those that are shown, and the address then says how many.

    So whoever comes back, or reloads, sees the same rows. Without JavaScript the link leads to that address;
    where the list has grown too long for a page, to the next one.
    """
    asked = context["request"].GET
    then = rows_then(rows_shown(asked.get("rows", ""), per_page=per_page), per_page=per_page)
    place, part = asked.copy(), asked.copy()
    for name in ("rows", "next"):
        place.pop(name, None)
    if then is None:
        place["after"] = cursor
        return {"place": f"?{place.urlencode()}"}
    place["rows"] = part["rows"] = str(then)
    part["next"] = cursor
    path = context["request"].path
    return {"place": f"{path}?{place.urlencode()}", "part": f"{path}?{part.urlencode()}"}


@register.filter
def readable(code: str) -> str:
    """A code with spaces, for lists that show codes themselves."""
    return code.replace("_", " ")


@register.filter
def pairs(body: dict[str, Any]) -> str:
    """A small document on one line."""
    return ", ".join(f"{name} {value}" for name, value in body.items())


@register.simple_tag
def fresh_key() -> str:
    """An idempotency key for a form written by hand."""
    return uuid_utils.uuid7().hex


@register.filter
def named(names: dict[str, str], code: str) -> str:
    """The entry of a table: `{{ names|named:line.ledger_account }}`."""
    return names.get(code, code)


@register.filter
def label(code: str, table: str) -> str:
    """The word for a code: `{{ payment.kind|label:"PAYMENT_KINDS" }}`."""
    return labels.of(getattr(labels, table), code)


@register.filter
def state_word(code: str, table: str) -> str:
    """The word of a state, where there is no room for a badge."""
    return str(labels.state(getattr(labels, table), code).label)


@register.filter
def notice_icon(told: Notification) -> str:
    """The picture beside something that was told."""
    return place_of(told.kind).icon


@register.filter
def ledger_account(code: str, otherwise: str) -> str:
    """What a ledger account is called; as the books call it where the chart has a newer one."""
    found = labels.LEDGER_ACCOUNTS.get(code)
    return str(found) if found is not None else otherwise


@register.filter
def why(refused: Refused) -> str:
    """A refusal in people's words."""
    return errors.explain(refused)


@register.filter
def why_code(code: str) -> str:
    """A refusal code in people's words."""
    return errors.sentence(code)


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, hint: str = "", icon: str = "", *, big: bool = False) -> dict[str, Any]:
    """A form field with its label, hint and errors, wired up for screen readers."""
    return {"field": bound, "hint": hint or bound.help_text, "icon": icon, "big": big}


@register.filter
def title_of(product: Account | Product) -> str:
    """What people call an account or a product: the name of its kind, unless it has one of its own."""
    if isinstance(product, Product):
        plain = product.name.lower() in {"", product.kind}
        return labels.of(labels.PRODUCT_KINDS, product.kind) if plain else product.name
    return labels.of(labels.PRODUCT_KINDS, product.kind or product.product)


@register.filter
def pitch(product: Product) -> str:
    """One sentence for a product."""
    return product.description or labels.of(labels.PITCHES, product.kind)


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def agent(user_agent: str) -> str:
    """A browser and a system as people call them: Firefox on Android."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:40] or _("Unknown device")


@register.filter
def initials(name: str) -> str:
    """Up to two letters for an avatar."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "·"


@register.filter
def tint(name: str) -> int:
    """Which of the avatar colours somebody has; always the same one."""
    return zlib.crc32(name.encode()) % AVATAR_COLOURS


@register.filter
def rate(percent: str | float) -> str:
    """An interest rate in percent as people read it: 4.50 -> 4.5 %."""
    return formats.localize(Decimal(str(percent)).normalize() + 0) + "\u00a0%"
