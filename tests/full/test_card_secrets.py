"""A bank on a real RabbitMQ: after a day of using cards no number, code or PIN rests in any queue or on its disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arhan.kernel import broker as line
from tests import rabbitmq
from tests.bank import Bank, eventually
from tests.cards import Terminal, use_cards_for_a_day
from tests.journeys.test_card_secrets import NUMBER, packed
from tests.scanner import resting, scan_bank, scan_broker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rabbitmq import Broker

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with rabbitmq.serving() as running:
        yield running


def test_nothing_of_a_card_rests_in_rabbitmq_and_what_is_planted_there_is_found(broker: Broker) -> None:
    with Bank.running(environment={"CELERY_BROKER_URL": broker.url}) as bank:
        for worker in ("ledger.worker", "fraud.worker"):  # what they should hear, waits
            bank.stop(worker)
        terminal = Terminal(bank)
        numbers, short = use_cards_for_a_day(terminal)
        terminal.close()
        eventually(lambda: {name for name, _ in resting(broker)} >= {"arhan.ledger", "arhan.fraud"})
        assert scan_bank(bank, numbers=numbers, short=short) == []
        assert scan_broker(broker, numbers=numbers, short=short) == []

        app = line.make_app("planted", broker.url)
        line.send(app, "ledger.hear", to="ledger", arguments={"batch": packed(f"card {NUMBER}")})
        app.close()
        found = scan_broker(broker)
        assert {f.what for f in found} == {NUMBER}
        assert "queue arhan.ledger" in {f.where for f in found}
        eventually(
            lambda: any(not f.where.startswith("queue") for f in scan_broker(broker)),
            what="the number on RabbitMQ's disk",
        )
