import logging.config
import os

from celery import Celery
from celery.signals import setup_logging, task_prerun

from . import worker
from .logs import LOGGING, request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker.install(app)


@setup_logging.connect
def log_as_the_web_does(**_):
    logging.config.dictConfig(LOGGING)


@task_prerun.connect
def belong_to_the_request_that_asked(task, **_):
    request_id.set((task.request.headers or {}).get("request_id", ""))
