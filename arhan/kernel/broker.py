"""Celery, the same code over RabbitMQ and over the embedded PostgreSQL.

`CELERY_BROKER_URL=amqp://…` uses quorum queues with publisher confirms, and keeps what could not be
done for somebody to look at (`arhan events dead`); `pgmq://role:password@/
database?host=/socket` keeps the queues in PostgreSQL. Events travel as one task per batch to each
subscriber's own durable direct queue; nothing depends on delivery (inbox.py).
"""

from __future__ import annotations

import faulthandler
from functools import wraps
from typing import TYPE_CHECKING, Any

import amqp
from celery import Celery, current_task
from kombu.entity import Exchange, Queue
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from arhan import topology
from arhan.kernel import logging, settings, tracing
from arhan.kernel.database import refresh_django_connections

if TYPE_CHECKING:
    from celery import Task

TASK_LIMIT_S = 40
"""A task that takes longer ends its worker: well before the broker gives the task to another."""
VISIBILITY_S = 90
"""pgmq: seconds after which a task that was not acknowledged is delivered again."""
DELIVERY_LIMIT = 20
"""RabbitMQ: a task that killed its worker this often is put aside; the feed still has its events."""
QUEUE_LIMIT_BYTES = 256 * 1024 * 1024
"""RabbitMQ: a full queue refuses; its subscriber reads the feed when it comes back."""
BROKER_PATIENCE_S = 5
"""How long a sender waits for a connection, and again for the broker's confirmation."""
EXCHANGE = Exchange("arhan", type="direct", durable=True)
DEAD = "arhan.dead"
"""RabbitMQ: the queue, and its exchange, of tasks that failed or killed their worker too often."""
DEAD_LIMIT = 10_000
"""Dead letters kept; the oldest go first. Nothing depends on them: events are in their feed."""
DEAD_LETTERS = Queue(
    DEAD,
    Exchange(DEAD, type="direct", durable=True),
    routing_key=DEAD,
    durable=True,
    queue_arguments={
        "x-queue-type": "quorum",
        "x-max-length": DEAD_LIMIT,
        "x-overflow": "drop-head",
        "x-delivery-limit": 1_000_000,  # being looked at again and again is not a failure
    },
)


class TaskQueue(Queue):
    """A service's queue; what it puts aside has somewhere to go from the beginning."""

    def declare(self, nowait: bool = False, channel: Any = None) -> str:  # noqa: FBT001, FBT002 - kombu's signature
        """Make the queue, and the one for its dead letters before it."""
        if self.queue_arguments:  # type: ignore[attr-defined] # set by kombu from its list of attributes
            DEAD_LETTERS.bind(channel or self.channel).declare(nowait=nowait)
        return str(super().declare(nowait=nowait, channel=channel))  # type: ignore[no-untyped-call]


def receive_task(service: str) -> str:
    """Name of the task with which a service hears a batch of events."""
    return f"{service}.receive_events"


def catch_up_task(service: str) -> str:
    """Name of the task with which a service reads its publishers' feeds."""
    return f"{service}.catch_up"


def queue_of(service: topology.Service, *, quorum: bool) -> Queue:
    """A service's one queue: durable, direct and, on RabbitMQ, replicated and bounded."""
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-max-length-bytes": QUEUE_LIMIT_BYTES,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": DEAD,
        "x-dead-letter-strategy": "at-least-once",
    }
    return TaskQueue(  # type: ignore[no-untyped-call]
        service.queue,
        EXCHANGE,
        routing_key=service.queue,
        durable=True,
        queue_arguments=arguments if quorum else None,
    )


def make_app(name: str, broker_url: str, *, consumes: topology.Service | None = None) -> Celery:
    """A Celery application that can send to every queue and, if told, consume one.

    Late acknowledgement, one message at a time, no result backend: a killed worker's task is
    delivered again, and every task is idempotent.
    """
    amqp = broker_url.startswith("amqp")
    url = broker_url if amqp else "pgmq://embedded/"
    queues = [
        queue_of(s, quorum=amqp)
        for s in topology.SERVICES
        if s.worker and (consumes is None or s is consumes)
    ]
    # no fixups: Celery's for Django closes the database connection before and after each task
    app = Celery(name, set_as_current=consumes is not None, fixups=[])
    app.conf.update(
        # all three, because Celery lets CELERY_BROKER_URL, which it cannot read, win over `broker_url`
        broker_url=url,
        broker_read_url=url,
        broker_write_url=url,
        broker_transport_options=_transport_options(broker_url, consumes=consumes is not None),
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=BROKER_PATIENCE_S,
        broker_pool_limit=4,
        # nothing here is sent with a delay; the queues for it cannot be left out, only be cheap
        broker_native_delayed_delivery_queue_type="classic",
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
        task_acks_on_failure=not amqp,  # RabbitMQ puts a task that failed aside; pgmq has no such place
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,  # a hung task's traceback goes to the real standard error
        worker_cancel_long_running_tasks_on_connection_loss=False,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def _transport_options(broker_url: str, *, consumes: bool) -> dict[str, Any]:
    """Options of the driver: a sender gives up in time, a consumer waits and is woken by PostgreSQL."""
    if broker_url.startswith("amqp"):
        patience = None if consumes else BROKER_PATIENCE_S
        return {"confirm_publish": True, "read_timeout": patience, "write_timeout": patience}
    if not broker_url.startswith("pgmq://"):
        msg = "CELERY_BROKER_URL must start with amqp:// or pgmq://."
        raise settings.ConfigurationError(msg)
    return {
        "conn_string": _keyword_form("postgresql" + broker_url.removeprefix("pgmq")),
        "init_extension": False,
        "visibility_timeout": VISIBILITY_S,
        "wait_time_seconds": 0,
        "polling_interval": 1,
        "use_notify": consumes,
        "notify_throttle_interval_ms": 0,
        "pool_size": 4,
        "pool_timeout": BROKER_PATIENCE_S,
    }


def _keyword_form(url: str) -> str:
    """The URL as libpq's `host=… dbname=…`: of a URL, pgmq's client does not read `?host=/socket`."""
    return make_conninfo(**{name: str(value) for name, value in conninfo_to_dict(url).items()})


def worker_app(service: str) -> Celery:
    """The application of a service's worker; its tasks.py registers the tasks on it."""
    configuration = settings.load(service)
    if not configuration.broker_url:
        settings.require("CELERY_BROKER_URL")
    return make_app(service, configuration.broker_url, consumes=configuration.service)


def work(app: Celery, service: topology.Service) -> int:
    """Consume the service's queue until SIGTERM, one task at a time; the exit status.

    The task runs in the thread that reads the queue, without an event loop between them: with a
    pool of threads over pgmq, or an event loop over RabbitMQ, an acknowledgement waits for the next
    message or time-out, and a full queue moves at one task a second. Gossip, mingle and heartbeats
    need broadcast queues, which pgmq does not have.
    """
    worker = app.Worker(
        hostname=f"{service.name}@%h",
        pool="solo",
        concurrency=1,
        use_eventloop=False,
        queues=[service.queue],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def send(app: Celery, task: str, *, to: str, arguments: dict[str, Any]) -> None:
    """Send a task to a service's queue and wait until the broker has it.

    Whatever the broker's driver raises is raised, after BROKER_PATIENCE_S at most for each step.
    """
    with app.producer_or_acquire() as producer:
        try:
            app.send_task(
                task,
                kwargs=arguments,
                queue=topology.service(to).queue,
                headers={"request_id": logging.request_id(), "traceparent": logging.traceparent()},
                producer=producer,
                retry=False,
                confirm_timeout=BROKER_PATIENCE_S,
                mandatory=True,  # a queue that is gone is an error here, not a message lost
            )
        except Exception:
            _hang_up(producer.connection)
            raise


def _hang_up(connection: Any) -> None:
    """Close the line to RabbitMQ without its handshake, which a server that hangs never answers.

    A late confirmation would else be taken for the next message's. The pool dials anew when needed.
    """
    line = connection._connection  # noqa: SLF001 - kombu's own way of closing waits for the server
    if isinstance(line, amqp.Connection):
        line.collect()


def entry_point(app: Celery, name: str, **options: Any) -> Any:
    """Decorator for a Celery entry point: load, one call; runs under a fresh request id.

    A task that hangs ends its process with a traceback of every thread after TASK_LIMIT_S; whoever
    supervises the worker starts it again, and the broker delivers the task again.
    """

    def register(function: Any) -> Task:
        @wraps(function)
        def run(**arguments: Any) -> None:
            sent = (current_task.request.get("headers") if current_task else None) or {}
            logging.begin_request(sent.get("request_id", ""), sent.get("traceparent", ""))
            refresh_django_connections()
            faulthandler.dump_traceback_later(TASK_LIMIT_S, exit=True)
            try:
                with tracing.task(name, parent=sent.get("traceparent", "")):
                    function(**arguments)
            finally:
                faulthandler.cancel_dump_traceback_later()

        task: Task = app.task(name=name, **options)(run)
        return task

    return register
