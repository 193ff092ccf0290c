"""Django settings of fraud: for migrations only; the process is FastAPI and the worker plain psycopg."""

from __future__ import annotations

from arhan.kernel.django_settings import django_settings

globals().update(django_settings("fraud", MIDDLEWARE=[], ROOT_URLCONF=None))
