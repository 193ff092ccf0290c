"""WSGI application of the ledger office."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.ledger.settings"
application = get_wsgi_application()
