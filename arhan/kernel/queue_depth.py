"""How many tasks wait in a service's queue, asked of the broker itself without Celery."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import unquote, urlsplit

import amqp
import psycopg
from psycopg import sql

from arhan.kernel import settings

PATIENCE_S = 2


def waiting(service: str) -> float | None:
    """The number of tasks; None when the service has no queue or the broker does not say."""
    here = settings.load(service)
    if not here.service.worker or not here.broker_url:
        return None
    try:
        if here.broker_url.startswith("amqp"):
            return of_rabbitmq(here.broker_url, here.service.queue)
        return of_postgres("postgresql" + here.broker_url.removeprefix("pgmq"), here.service.queue)
    except (OSError, amqp.AMQPError, psycopg.Error):
        return None


def of_rabbitmq(url: str, queue: str) -> float:
    """Tasks that no worker holds yet."""
    parts = urlsplit(url)
    line = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or 5672}",
        userid=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        virtual_host=unquote(parts.path[1:]) or "/",
        connect_timeout=PATIENCE_S,
        read_timeout=PATIENCE_S,
        write_timeout=PATIENCE_S,
    )
    with closing(line):
        line.connect()
        return float(line.channel().queue_declare(queue, passive=True).message_count)


def of_postgres(url: str, queue: str) -> float:
    """Pgmq keeps each queue in a table of its own, named after it in lower case."""
    table = sql.Identifier("pgmq", "q_" + queue.replace(".", "_").lower())
    with psycopg.connect(url, connect_timeout=PATIENCE_S) as database:
        row = database.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
    return float(row[0]) if row else 0.0
