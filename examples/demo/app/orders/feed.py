"""The numbered feed of order updates.

A number is taken under a lock that lasts until the commit. So whoever has seen N has seen everything up to N, which a
sequence would not promise: there 5 may be committed after 6.
"""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.db.models import Max

from .models import Event

GROUP = "orders"
LOCK = 7_203_001


def last_number():
    return Event.objects.aggregate(last=Max("number"))["last"] or 0


def record(order):
    """Adds the order as it is now. To be called in the transaction that changed it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    event = Event.objects.create(number=last_number() + 1, order=order, content=order.as_json())
    transaction.on_commit(lambda: announce(event.number), robust=True)
    return event


def after(number, limit=200):
    return [event.as_json() for event in Event.objects.filter(number__gt=number)[:limit]]


def announce(number):
    """Wakes whoever listens. It carries no content: they read what they have not seen, so a lost call loses nothing."""
    async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "orders.changed", "number": number})
