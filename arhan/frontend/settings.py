"""Django settings of the portal: templates, languages, cookies and what browsers are told to enforce."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from arhan.frontend.static_files import fingerprint
from arhan.kernel import settings
from arhan.kernel.django_settings import django_settings

HERE = Path(__file__).parent
ON_TLS = settings.load("frontend").public_url.startswith("https://")
PREFIX = "__Host-" if ON_TLS else ""
"""On TLS a cookie of this name can be set by nobody but this very host (RFC 6265bis)."""

SESSION_COOKIE = f"{PREFIX}arhan-session"
DEVICE_COOKIE = f"{PREFIX}arhan-device"
"""By which identity knows a device again; encrypted, and of no use without a password."""
STATIC_ROOT_URL = f"/static/{fingerprint()}/"

globals().update(
    django_settings(
        "frontend",
        MIDDLEWARE=[
            "arhan.frontend.middleware.PageMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "arhan.frontend.middleware.VisitorMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "arhan.frontend.middleware.RefusalMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "OPTIONS": {
                    "builtins": [
                        "django.templatetags.i18n",
                        "django.templatetags.static",
                        "arhan.frontend.templatetags.bank",
                    ],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.messages.context_processors.messages",
                        "arhan.frontend.context.page",
                    ],
                },
            }
        ],
        FORM_RENDERER="django.forms.renderers.DjangoTemplates",
        USE_I18N=True,
        LANGUAGE_CODE="en",
        LANGUAGES=[("en", _("English")), ("fr", _("French"))],
        LOCALE_PATHS=[HERE / "locale"],
        LANGUAGE_COOKIE_NAME="language",
        LANGUAGE_COOKIE_SAMESITE="Lax",
        LANGUAGE_COOKIE_SECURE=ON_TLS,
        STATIC_URL=STATIC_ROOT_URL,
        CSRF_COOKIE_NAME=f"{PREFIX}arhan-csrf",
        CSRF_COOKIE_HTTPONLY=True,
        CSRF_COOKIE_SECURE=ON_TLS,
        CSRF_COOKIE_SAMESITE="Lax",
        CSRF_TRUSTED_ORIGINS=[settings.load("frontend").public_url],
        CSRF_FAILURE_VIEW="arhan.frontend.views.errors.csrf_failed",
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        SESSION_COOKIE_SECURE=ON_TLS,
        SESSION_COOKIE_SAMESITE="Lax",
        DATA_UPLOAD_MAX_MEMORY_SIZE=1024 * 1024,
    )
)
