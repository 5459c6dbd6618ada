"""What a Celery worker does beside its tasks: it says in Redis that it is there."""

import logging

from celery import bootsteps
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
EVERY_SECONDS = 5


def install(app):
    app.steps["consumer"].add(Presence)


class Presence(bootsteps.StartStopStep):
    """A step of the consumer, for that starts anew with each connection to the broker and forgets its timers."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def start(self, consumer):
        from orders import presence

        self.tell(presence.say, consumer)
        consumer.timer.call_repeatedly(EVERY_SECONDS, self.tell, (presence.say, consumer))

    def stop(self, consumer):
        from orders import presence

        self.tell(presence.leave, consumer)

    def tell(self, what, consumer):
        try:
            what(consumer.hostname)
        except (RedisError, OSError) as error:
            log.warning("presence not told: %s", error)
