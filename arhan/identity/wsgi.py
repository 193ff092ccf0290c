"""WSGI application of the identity office."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.identity.settings"
application = get_wsgi_application()
