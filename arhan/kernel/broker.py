"""Celery, the same code over RabbitMQ and over the embedded PostgreSQL.

`CELERY_BROKER_URL=amqp://…` uses quorum queues with publisher confirms; `pgmq://role:password@/
database?host=/socket` keeps the queues in PostgreSQL. Events travel as one task per batch to each
subscriber's own durable direct queue; nothing depends on delivery (inbox.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Celery
from kombu import Exchange, Queue

from arhan import topology
from arhan.kernel import settings

if TYPE_CHECKING:
    from celery import Task

VISIBILITY_S = 90
TASK_LIMIT_S = 40
DELIVERY_LIMIT = 20
DEAD_LETTERS = "arhan.dead"
EXCHANGE = Exchange("arhan", type="direct", durable=True)


def receive_task(service: str) -> str:
    """Name of the task with which a service hears a batch of events."""
    return f"{service}.receive_events"


def catch_up_task(service: str) -> str:
    """Name of the task with which a service reads its publishers' feeds."""
    return f"{service}.catch_up"


def queue_of(service: topology.Service, *, quorum: bool) -> Queue:
    """A service's one queue: durable, direct, dead-lettered after too many deliveries."""
    arguments: dict[str, Any] = {}
    if quorum:
        arguments = {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD_LETTERS,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    return Queue(
        service.queue,
        EXCHANGE,
        routing_key=service.queue,
        durable=True,
        queue_arguments=arguments or None,
    )


def make_app(name: str, broker_url: str, *, consumes: topology.Service | None = None) -> Celery:
    """A Celery application that can send to every queue and, if told, consume one.

    Late acknowledgement, one message at a time, no result backend: a killed worker's task is
    delivered again, and every task is idempotent.
    """
    amqp = broker_url.startswith("amqp")
    queues = [
        queue_of(s, quorum=amqp)
        for s in topology.SERVICES
        if s.worker and (consumes is None or s is consumes)
    ]
    app = Celery(name, set_as_current=consumes is not None)
    app.conf.update(
        broker_url=broker_url if amqp else "pgmq://embedded/",
        broker_transport_options=_transport_options(broker_url),
        broker_connection_retry_on_startup=True,
        broker_pool_limit=4,
        task_queues=queues,
        task_create_missing_queues=False,
        task_default_queue=queues[0].name,
        task_default_exchange=EXCHANGE.name,
        task_default_exchange_type="direct",
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=TASK_LIMIT_S,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def _transport_options(broker_url: str) -> dict[str, Any]:
    if broker_url.startswith("amqp"):
        return {"confirm_publish": True, "confirm_timeout": 10}
    if not broker_url.startswith("pgmq://"):
        msg = "CELERY_BROKER_URL must start with amqp:// or pgmq://."
        raise settings.ConfigurationError(msg)
    return {
        "conn_string": broker_url.replace("pgmq://", "postgresql://", 1),
        "init_extension": False,
        "visibility_timeout": VISIBILITY_S,
        "wait_time_seconds": 0,
        "polling_interval": 1,
        "use_notify": True,
        "notify_throttle_interval_ms": 0,
        "pool_size": 4,
    }


def worker_app(service: str) -> Celery:
    """The application of a service's worker; its tasks.py registers the tasks on it."""
    configuration = settings.load(service)
    if not configuration.broker_url:
        settings.require("CELERY_BROKER_URL")
    return make_app(service, configuration.broker_url, consumes=configuration.service)


def entry_point(app: Celery, name: str, **options: Any) -> Any:
    """Decorator for a Celery entry point: load, one call; runs under a fresh request id."""
    from functools import wraps  # noqa: PLC0415 - only here

    from arhan.kernel import logging  # noqa: PLC0415 - only here

    def register(function: Any) -> Task:
        @wraps(function)
        def run(**arguments: Any) -> None:
            logging.begin_request()
            function(**arguments)

        task: Task = app.task(name=name, **options)(run)
        return task

    return register
