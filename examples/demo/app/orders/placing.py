from django.db import IntegrityError, transaction

from shop.logs import request_id

from . import feed
from .models import Order
from .tasks import work_order


class KeyTaken(Exception):
    """The key belongs to another order."""


def place(given, seconds=None):
    """Makes the order, once: the same again gives the first one back. Says whether it was made now."""
    try:
        with transaction.atomic():
            order = Order.objects.create(**given)
            feed.record(order)
            # Robust: with the broker down the order stands, and pick_up_forgotten finds it.
            transaction.on_commit(lambda: hand_over(order, seconds), robust=True)
        return order, True
    except IntegrityError:
        order = Order.objects.filter(key=given["key"]).first()
        if order is None:
            raise
    if any(getattr(order, name) != value for name, value in given.items()):
        raise KeyTaken(given["key"])
    return order, False


def hand_over(order, seconds=None):
    work_order.apply_async([order.id, seconds], headers={"request_id": request_id.get()}, retry=False)
