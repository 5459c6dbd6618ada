"""Each looks at one thing that the shop needs, and raises an error that says what is wrong with it."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from . import presence
from .models import Heartbeat

BEAT_FRESH_SECONDS = 45


class Unhealthy(Exception):
    pass


def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def redis():
    presence.redis().ping()


def migrations():
    """Those that the database has and this code does not know are no fault: a newer release is being rolled out."""
    executor = MigrationExecutor(connection)
    missing = [f"{one.app_label}.{one.name}" for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if missing:
        raise Unhealthy(f"not applied: {', '.join(missing)}")


def worker():
    found = presence.present()
    if not found:
        raise Unhealthy(f"none has been heard of for {presence.FRESH_SECONDS} s")
    return {"workers": found}


def beat():
    newest = Heartbeat.objects.first()
    if newest is None:
        raise Unhealthy("no heartbeat yet")
    age = (timezone.now() - newest.at).total_seconds()
    if age > BEAT_FRESH_SECONDS:
        raise Unhealthy(f"the last heartbeat is {age:.0f} s old")
    return {"beat": newest.beat, "age_seconds": round(age, 1)}
