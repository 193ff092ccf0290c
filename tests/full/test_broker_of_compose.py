"""What is promised of events and dead letters holds on the RabbitMQ of compose.yaml as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import rabbitmq
from tests.full import servers
from tests.integration.kernel.conftest import clean, databases, rabbitmq_line
from tests.integration.kernel.test_dead_letters import (
    test_a_message_for_a_queue_that_is_gone_is_an_error_not_a_loss,
    test_a_task_that_failed_is_put_aside_and_can_be_sent_again,
    test_a_task_that_kills_its_worker_again_and_again_is_put_aside,
    test_how_many_tasks_wait_is_known,
)
from tests.integration.kernel.test_events import (
    test_a_relay_killed_at_any_border_loses_nothing,
    test_a_worker_killed_between_commit_and_acknowledgement_applies_once,
    test_a_worker_killed_in_the_middle_of_a_task_gets_it_again,
    test_positions_go_on_while_the_broker_hangs,
    test_purged_again_and_again_under_load,
    test_rabbitmq_keeps_the_queue_on_a_quorum,
    test_what_is_published_is_applied_once_and_in_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.kernel.conftest import Line

__all__ = [
    "clean",
    "databases",
    "rabbitmq_line",
    "test_a_message_for_a_queue_that_is_gone_is_an_error_not_a_loss",
    "test_a_relay_killed_at_any_border_loses_nothing",
    "test_a_task_that_failed_is_put_aside_and_can_be_sent_again",
    "test_a_task_that_kills_its_worker_again_and_again_is_put_aside",
    "test_a_worker_killed_between_commit_and_acknowledgement_applies_once",
    "test_a_worker_killed_in_the_middle_of_a_task_gets_it_again",
    "test_how_many_tasks_wait_is_known",
    "test_positions_go_on_while_the_broker_hangs",
    "test_purged_again_and_again_under_load",
    "test_rabbitmq_keeps_the_queue_on_a_quorum",
    "test_what_is_published_is_applied_once_and_in_order",
]


@pytest.fixture(scope="module")
def rabbitmq_url(pinned: None) -> Iterator[str]:
    with rabbitmq.serving(elsewhere=servers.with_temporary_files) as broker:
        assert broker.control("version").strip().startswith("4.")
        yield broker.url


@pytest.fixture
def line(rabbitmq_line: Line) -> Line:
    return rabbitmq_line
