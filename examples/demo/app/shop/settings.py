"""Everything that differs between two installations comes from the environment."""

import os
import socket
from pathlib import Path

from .environment import database, flag, required, words
from .installed import INSTALLED_APPS  # noqa: F401  Django reads it here
from .logs import LOGGING  # noqa: F401  Django reads it here

BASE_DIR = Path(__file__).resolve().parent.parent


def version():
    written = BASE_DIR / "VERSION"
    return os.environ.get("SHOP_VERSION") or (written.read_text().strip() if written.exists() else "unreleased")


VERSION = version()
HOST = socket.gethostname()

DEBUG = flag("DEBUG")
SECRET_KEY = required("DJANGO_SECRET_KEY", "50 random characters or more")
# The local names are for the health check that a container makes of itself.
ALLOWED_HOSTS = [*words("ALLOWED_HOSTS"), "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

# The edge ends TLS and says so. It overwrites this header, so a visitor cannot claim it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TLS = flag("DJANGO_TLS")
CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
# Health checks come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "shop.urls"
ASGI_APPLICATION = "shop.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

DATABASES = {"default": database(required("DATABASE_URL", "postgresql://USER:PASSWORD@db:5432/shop"))}

REDIS_URL = required("REDIS_URL", "redis://:PASSWORD@redis:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
# The edge reads uploads as another user.
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# None: for ever. Celery's own default gives up after 100 tries, and an outage would end the worker.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task (orders.tasks.LONGEST), or Redis hands it out again while it runs.
    "visibility_timeout": 120,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULE_FILENAME = "/tmp/celerybeat-schedule"
CELERY_BEAT_SCHEDULE = {
    # The host is read where the schedule is read: in beat. So every row names the beat that asked for it.
    "heartbeat": {"task": "orders.tasks.heartbeat", "schedule": 10, "args": [HOST], "options": {"expires": 10}},
    "pick-up-forgotten": {"task": "orders.tasks.pick_up_forgotten", "schedule": 15, "options": {"expires": 15}},
}

# How long a worker takes over one order, in seconds, where the order does not say.
WORK_SECONDS = float(os.environ.get("DEMO_WORK_SECONDS", "1"))
# An order that is new for so many seconds is handed to a worker again: its message or its worker was lost.
FORGOTTEN_SECONDS = int(os.environ.get("DEMO_FORGOTTEN_SECONDS", "120"))
DIAGNOSTICS = flag("DEMO_DIAGNOSTICS")
