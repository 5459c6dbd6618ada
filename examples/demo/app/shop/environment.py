"""What the process is told by its environment, with an error that says what to set."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name, example):
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set, and the shop cannot run without it. For example: {example}")
    return value


def flag(name):
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


def words(name):
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def database(url):
    """A DATABASES entry. User, password and name may be percent-encoded; the query is passed to libpq."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme or 'nothing'}://, but only PostgreSQL is supported. "
            "Write postgresql://USER:PASSWORD@HOST:5432/NAME"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # On ASGI a kept connection belongs to a thread that may never serve again.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"connect_timeout": 2, **dict(parse_qsl(parts.query))},
    }
