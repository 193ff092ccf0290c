"""The payment engine: the only way a payment order comes to life.

One small asyncio process. Each route turns its request into intents, hands them to the desk
(service/desk.py) and shows what became of them; a loop beside them sweeps up orders whose engine
died. nginx sends the public routes here; the instructions of siblings come straight.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from arhan.contracts.chart import bank_account
from arhan.contracts.payment import (
    Instruction,
    InstructionOutcome,
    InstructionOutcomes,
    Instructions,
    StandingOrderRun,
    StandingOrdersRun,
)
from arhan.contracts.tiers import large_deposit_from
from arhan.kernel import clock, idempotency, logging, settings
from arhan.kernel.auth import CUSTOMER, permit
from arhan.kernel.database import engine_pool
from arhan.kernel.engine import Answer, Call, Engine
from arhan.kernel.errors import NOT_FOUND, NOT_PERMITTED, Refused
from arhan.kernel.http import AsyncServiceClient
from arhan.kernel.money import is_currency
from arhan.payment.domain.card_payments import SWEPT_AFTER, excess_of, response_code_of
from arhan.payment.domain.intents import Intent, Proof, Side, check_amount
from arhan.payment.domain.names import name_for_payer
from arhan.payment.domain.orders import Circumstances, Order, bank_party, is_bank_account
from arhan.payment.errors import (
    CAPTURE_REFUSED,
    CARD_REFUSALS,
    CURRENCY_MISMATCH,
    NOT_REFUNDABLE,
    ORDER_REFUSALS,
    PART_REFUSALS,
    REFUND_EXCEEDS_PAYMENT,
    SECOND_TELLER_NEEDED,
)
from arhan.payment.schemas.card_payments import (
    Capture,
    CardPayment,
    CardPaymentPart,
    CardPaymentRequest,
)
from arhan.payment.schemas.orders import (
    Batch,
    BatchItem,
    BatchResults,
    Deposit,
    Payment,
    PlacedItem,
    Refund,
    RefusedItem,
    Transfer,
)
from arhan.payment.service import batches, card_payments, refunds, standing_runs
from arhan.payment.service.desk import Answered, Desk
from arhan.payment.service.drive import Drive
from arhan.payment.service.parties import Directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

log = logging.get_logger(__name__)

SERVICE = "payment"
CONNECTIONS = 6
"""One for each lane, one for the sweep, two for what else is asked."""
SWEEP_EVERY_S = 1.0

PRESENTERS = permit(CUSTOMER, "teller", "support", "admin")
"""Who may carry on with a card payment: who presented the card, the payee, staff."""

TRANSFERS = "POST /v1/transfers"
BATCHES = "POST /v1/batches"
DEPOSITS = "POST /v1/deposits"
INSTRUCTIONS = "POST /internal/v1/instructions"


class Premises:
    """What the process holds while it serves."""

    desk: Desk
    drive: Drive


here = Premises()


@asynccontextmanager
async def _open() -> AsyncIterator[None]:
    """Connections, the desk and the sweep, for as long as the process serves."""
    configuration = settings.load(SERVICE)
    account = AsyncServiceClient(SERVICE, "account", engine=True)
    fraud = AsyncServiceClient(SERVICE, "fraud")
    async with engine_pool(
        configuration.database_url, application="payment-engine", size=CONNECTIONS
    ) as pool:
        directory = Directory(account)
        here.drive = Drive(pool=pool, directory=directory, fraud=fraud, account=account)
        here.desk = Desk(pool=pool, directory=directory, drive=here.drive)
        sweeping = asyncio.create_task(_sweep_for_ever(here.drive))
        try:
            yield
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping
            await account.aclose()
            await fraud.aclose()


async def _sweep_for_ever(drive: Drive) -> None:
    """Whatever goes wrong in one turn, there is a next."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        logging.begin_request()
        try:
            await drive.sweep()
        except Exception as error:
            log.exception("sweep_failed", error=type(error).__name__)


async def _ready() -> None:
    async with here.desk.pool.connection(timeout=2) as connection:
        await connection.execute("SELECT 1")


engine = Engine(SERVICE, lifespan=_open, ready=_ready)


@engine.post(
    "/v1/transfers",
    permit=permit(CUSTOMER),
    request=Transfer,
    answer=Payment,
    status=201,
    idempotent=True,
    refusals=ORDER_REFUSALS,
)
async def make_transfer(call: Call) -> Answer:
    """Pay somebody; the answer says whether it is completed, declined, or waits for somebody."""
    answered = await here.desk.pay(_transfer(call, call.body, route=TRANSFERS, key=call.key))
    return _show(answered, call)


@engine.post(
    "/v1/batches",
    permit=permit(CUSTOMER),
    request=Batch,
    answer=BatchResults,
    status=201,
    idempotent=True,
    refusals=ORDER_REFUSALS,
)
async def make_batch(call: Call) -> Answer:
    """Make up to 10,000 transfers; each succeeds or fails by itself, in the order given."""
    items: list[Transfer] = call.body.items
    results = await batches.pay_batch(
        here.desk,
        principal=call.principal.subject,
        key=call.key,
        body_hash=idempotency.hash_body([_asked(item) for item in items]).hex(),
        intents=[_batch_item(call, item, index) for index, item in enumerate(items)],
        render=lambda batch, answers: _show_batch(batch, answers, call),
    )
    return Answer(results.body, 201, _replayed(on=results.replayed))


@engine.post(
    "/v1/deposits",
    permit=permit("teller"),
    request=Deposit,
    answer=Payment,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, SECOND_TELLER_NEEDED),
)
async def take_deposit(call: Call) -> Answer:
    """Take cash at the counter and credit it to an account; very large amounts are proposed instead."""
    asked: Deposit = call.body
    check_amount(asked.amount)
    if not is_currency(asked.currency):
        raise Refused(CURRENCY_MISMATCH)
    if asked.amount >= large_deposit_from(asked.currency, on=clock.now().date()):
        raise Refused(SECOND_TELLER_NEEDED)
    intent = Intent(
        principal=call.principal.subject,
        route=DEPOSITS,
        key=call.key,
        body_hash=idempotency.hash_body(asked).hex(),
        kind="deposit",
        payer=Side(party=bank_party(bank_account("cash", asked.currency), asked.currency)),
        payee=Side(number=asked.account_number),
        amount=asked.amount,
        currency=asked.currency,
        narration=asked.narration,
        initiator=call.principal.subject,
        circumstances=_circumstances(call),
    )
    return _show(await here.desk.pay(intent), call)


@engine.post(
    "/v1/payments/{payment}/refund",
    permit=permit(CUSTOMER, "teller", "admin"),
    request=Refund,
    answer=Payment,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, NOT_PERMITTED, NOT_FOUND, NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT),
)
async def refund_payment(call: Call) -> Answer:
    """Give a payment back to its payer, whole or in part, at most once per amount."""
    return await _refund(call, route=f"POST /v1/payments/{call.path['payment']}/refund")


async def _refund(call: Call, *, route: str) -> Answer:
    asked: Refund = call.body
    answered = await refunds.refund(
        here.desk,
        principal=call.principal,
        payment=call.path["payment"],
        route=route,
        key=call.key,
        body_hash=idempotency.hash_body([asked.amount, asked.narration]).hex(),
        amount=asked.amount,
        pin=asked.pin,
        narration=asked.narration,
        circumstances=_circumstances(call),
    )
    return _show(answered, call)


@engine.post(
    "/v1/card-payments",
    permit=permit(CUSTOMER),
    request=CardPaymentRequest,
    answer=CardPayment,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, *CARD_REFUSALS.values()),
)
async def pay_by_card(call: Call) -> Answer:
    """Pay by card, at once or to be captured later; a refused card makes a declined payment."""
    answered = await card_payments.pay(
        here.desk, principal=call.principal, key=call.key, asked=call.body, told=_circumstances(call)
    )
    return Answer(_card_payment(answered.order, call), 201, _replayed(on=answered.replayed))


@engine.post(
    "/v1/card-payments/{payment}/capture",
    permit=PRESENTERS,
    request=Capture,
    answer=CardPaymentPart,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, NOT_PERMITTED, *PART_REFUSALS.values(), CAPTURE_REFUSED),
)
async def capture_card_payment(call: Call) -> Answer:
    """Turn held funds into money: whole, in parts, or with the last a little more."""
    answered, payment = await card_payments.capture(
        here.desk,
        principal=call.principal,
        payment=call.path["payment"],
        key=call.key,
        asked=call.body,
        told=_circumstances(call),
    )
    return _show_part(answered, payment, call)


@engine.post(
    "/v1/card-payments/{payment}/release",
    permit=PRESENTERS,
    request=None,
    answer=CardPaymentPart,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, NOT_PERMITTED, *PART_REFUSALS.values(), CAPTURE_REFUSED),
)
async def release_card_payment(call: Call) -> Answer:
    """Give held funds back to the payer."""
    answered, payment = await card_payments.release(
        here.desk,
        principal=call.principal,
        payment=call.path["payment"],
        key=call.key,
        told=_circumstances(call),
    )
    return _show_part(answered, payment, call)


@engine.post(
    "/v1/card-payments/{payment}/refund",
    permit=PRESENTERS,
    request=Refund,
    answer=Payment,
    status=201,
    idempotent=True,
    refusals=(*ORDER_REFUSALS, NOT_PERMITTED, NOT_FOUND, NOT_REFUNDABLE, REFUND_EXCEEDS_PAYMENT),
)
async def refund_card_payment(call: Call) -> Answer:
    """Give back what was captured of a card payment, at most once per amount."""
    return await _refund(call, route=f"POST /v1/card-payments/{call.path['payment']}/refund")


@engine.post(
    "/internal/v1/instructions",
    permit=permit(scope="payment:instruct"),
    request=Instructions,
    answer=InstructionOutcomes,
)
async def follow_instructions(call: Call) -> Answer:
    """Pay as siblings order: disbursements, repayments, standing orders; each once per its key."""
    asked: list[Instruction] = call.body.instructions
    paid = await here.desk.pay_all([_instructed(call, instruction) for instruction in asked])
    outcomes = [_outcome(i.key, answer) for i, answer in zip(asked, paid, strict=True)]
    return Answer(InstructionOutcomes(outcomes=outcomes))


@engine.post(
    "/internal/v1/standing-order-runs",
    permit=permit(scope="payment:instruct"),
    request=StandingOrderRun,
    answer=StandingOrdersRun,
)
async def pay_standing_orders(call: Call) -> Answer:
    """Pay the next page of what standing orders have due on a business date; ask until nothing is left."""
    return Answer(await standing_runs.run(here.desk, on=call.body.on))


def _transfer(call: Call, asked: Transfer, *, route: str, key: str) -> Intent:
    check_amount(asked.amount)
    return Intent(
        principal=call.principal.subject,
        route=route,
        key=key,
        body_hash=idempotency.hash_body(_asked(asked)).hex(),
        kind="transfer",
        payer=Side(account=asked.payer_account),
        payee=Side(number=asked.payee_number),
        amount=asked.amount,
        currency=asked.currency,
        narration=asked.narration,
        initiator=call.principal.subject,
        proof=Proof(person=call.principal.subject, session=call.principal.session, pin=asked.pin),
        enquiry=asked.enquiry,
        circumstances=_circumstances(call),
    )


def _asked(transfer: Transfer) -> list[object]:
    """What a transfer asks for; its PIN proves who asks, and is not part of it."""
    return [
        transfer.payer_account,
        transfer.payee_number,
        transfer.amount,
        transfer.currency,
        transfer.narration,
        transfer.enquiry,
    ]


def _batch_item(call: Call, item: Transfer, index: int) -> Intent | Refused:
    try:
        return _transfer(call, item, route=BATCHES, key=f"{call.key}:{index}")
    except Refused as refused:
        return refused


def _instructed(call: Call, asked: Instruction) -> Intent | Refused:
    try:
        check_amount(asked.amount)
    except Refused as refused:
        return refused
    return Intent(
        principal=call.principal.subject,
        route=INSTRUCTIONS,
        key=asked.key,
        body_hash=idempotency.hash_body(asked).hex(),
        kind=asked.kind,
        payer=_instructed_side(asked.payer_account, asked.currency),
        payee=_instructed_side(asked.payee_account, asked.currency),
        amount=asked.amount,
        currency=asked.currency,
        narration=asked.narration,
        initiator=asked.initiator or call.principal.subject,
        circumstances=Circumstances(channel="internal"),
    )


def _instructed_side(account: str, currency: str) -> Side:
    if is_bank_account(account):
        return Side(party=bank_party(account, currency))
    return Side(account=account)


def _circumstances(call: Call) -> Circumstances:
    return Circumstances(
        session=call.principal.session,
        address=call.address,
        channel="branch" if call.principal.is_staff else "online",
        tier=call.principal.tier,
        device=call.principal.device,
        new_device_until=call.principal.new_device_until,
    )


def _show(answered: Answered, call: Call) -> Answer:
    return Answer(_payment(answered.order, call), 201, _replayed(on=answered.replayed))


def _replayed(*, on: bool) -> dict[str, str]:
    return {idempotency.REPLAYED_HEADER: "true"} if on else {}


def _payment(order: Order, call: Call) -> Payment:
    """An order as its initiator may see it: a stranger's name masked, for staff whole."""
    masked = name_for_payer(order.payee_name, customer=order.payee_customer)
    name = order.payee_name if call.principal.is_staff else masked
    return Payment(
        id=order.id,
        kind=order.kind,
        status=order.state,
        code=order.code,
        reasons=order.reasons,
        payer_account=order.payer_account,
        payer_number=order.payer_number,
        payee_number=order.payee_number,
        payee_name=name,
        amount=order.amount,
        currency=order.currency,
        fee=order.fee,
        fees=order.circumstances.fees,
        narration=order.narration,
        refund_of=order.refund_of,
        created_at=order.created_at,
        decided_at=order.decided_at,
    )


def _card_payment(order: Order, call: Call) -> CardPayment:
    """A card payment as whoever presented the card may see it: who the card's holder is, is not told."""
    card = order.circumstances.card
    assert card is not None, "a card payment has a card"
    is_payee = call.principal.is_staff or call.principal.subject == order.payee_customer
    return CardPayment(
        id=order.id,
        status=order.state,
        response_code=response_code_of(order),
        code=order.code,
        reasons=order.reasons,
        bin=card.bin,
        last4=card.last4,
        payee_number=order.payee_number,
        payee_name=order.payee_name
        if is_payee
        else name_for_payer(order.payee_name, customer=order.payee_customer),
        amount=order.amount,
        currency=order.currency,
        captured=order.captured,
        excess=excess_of(order),
        refunded=order.refunded,
        channel=card.channel,
        mcc=card.mcc,
        narration=order.narration,
        held_until=order.due_at - SWEPT_AFTER if order.state == "authorised" else None,
        created_at=order.created_at,
        decided_at=order.decided_at,
    )


def _show_part(answered: Answered, payment: Order, call: Call) -> Answer:
    part = answered.order
    shown = CardPaymentPart(
        id=part.id,
        status=part.state,
        code=part.code,
        amount=part.amount,
        card_payment=_card_payment(payment, call),
    )
    return Answer(shown, 201, _replayed(on=answered.replayed))


def _show_batch(batch: str, answers: Sequence[Answered | Refused], call: Call) -> BatchResults:
    return BatchResults(
        id=batch,
        size=len(answers),
        completed=sum(isinstance(a, Answered) and a.order.state == "completed" for a in answers),
        items=[_item(index, answer, call) for index, answer in enumerate(answers)],
    )


def _item(index: int, answer: Answered | Refused, call: Call) -> BatchItem:
    if isinstance(answer, Answered):
        return PlacedItem(index=index, payment=_payment(answer.order, call))
    refusal = answer.refusal
    return RefusedItem(index=index, code=refusal.code, title=refusal.title, retryable=refusal.retryable)


def _outcome(key: str, answer: Answered | Refused) -> InstructionOutcome:
    if isinstance(answer, Refused):
        return InstructionOutcome(key=key, payment="", status="refused", code=answer.refusal.code)
    order = answer.order
    return InstructionOutcome(key=key, payment=order.id, status=order.state, code=order.code)


application = engine.application()
