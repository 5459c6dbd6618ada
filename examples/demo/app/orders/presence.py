"""Which workers are there, as they say themselves: a sorted set of names by the time they last said so."""

import time
from functools import cache

from django.conf import settings
from redis import Redis

WORKERS = "shop:workers"
FRESH_SECONDS = 20


@cache
def redis():
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def say(name):
    redis().zadd(WORKERS, {name: time.time()})


def leave(name):
    redis().zrem(WORKERS, name)


def present():
    """Names, each with the seconds since it last said so."""
    now = time.time()
    redis().zremrangebyscore(WORKERS, "-inf", now - 3600)
    found = redis().zrangebyscore(WORKERS, now - FRESH_SECONDS, "+inf", withscores=True)
    return {name.decode(): round(now - at, 1) for name, at in found}
