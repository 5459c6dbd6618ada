"""One JSON object a line on standard output, with the id of the request that it belongs to."""

import json
import logging
from contextvars import ContextVar
from datetime import datetime, timezone

request_id: ContextVar[str] = ContextVar("request_id", default="")

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line.update((name, value) for name, value in vars(record).items() if name not in PLAIN)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "shop.logs.JsonFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    # Django, gunicorn and uvicorn each bring handlers of their own; every line is to go through the root's.
    "loggers": {
        name: {"level": level, "handlers": [], "propagate": True}
        for name, level in {
            "django": "INFO",
            "django.server": "INFO",
            "gunicorn.error": "INFO",
            "gunicorn.access": "WARNING",
            # Each connection is in shop.access already.
            "uvicorn": "WARNING",
            "uvicorn.error": "WARNING",
            "uvicorn.access": "WARNING",
        }.items()
    },
}
