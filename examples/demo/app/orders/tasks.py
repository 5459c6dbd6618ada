import logging
import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from . import feed
from .models import Heartbeat, Order

# Seconds.
LONGEST = 90
log = logging.getLogger(__name__)


@shared_task
def work_order(order_id, seconds=None):
    """Works one order. It may run twice (its message is acknowledged at the end), the order is done once."""
    log.info("order %s begun", order_id)
    time.sleep(min(settings.WORK_SECONDS if seconds is None else seconds, LONGEST))
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.status == Order.DONE:
            log.info("order %s was done before", order_id)
            return
        order.status, order.worked_by, order.done_at = Order.DONE, settings.HOST, timezone.now()
        order.save(update_fields=["status", "worked_by", "done_at"])
        event = feed.record(order)
    log.info("order %s done", order_id, extra={"number": event.number})


@shared_task
def heartbeat(beat):
    Heartbeat.objects.create(beat=beat, worker=settings.HOST)
    Heartbeat.objects.filter(at__lt=timezone.now() - timedelta(hours=6)).delete()
    # For listeners whose wake-up call was lost with a process that died between its commit and its call.
    feed.announce(feed.last_number())


@shared_task
def pick_up_forgotten():
    """Orders that were committed while the broker could not be reached, or whose worker was killed."""
    seconds = settings.FORGOTTEN_SECONDS
    old = Order.objects.filter(status=Order.NEW, created_at__lt=timezone.now() - timedelta(seconds=seconds))
    for order_id in old.values_list("id", flat=True)[:100]:
        # Once in that time: where workers are only slow, more messages would make them slower.
        if cache.add(f"picked-up:{order_id}", True, seconds):
            log.warning("order %s was forgotten, handed over again", order_id)
            work_order.delay(order_id)
