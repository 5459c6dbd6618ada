"""What must be well before a visitor is let in."""

from .probes import Unhealthy, database, migrations, redis


def warehouse():
    raise Unhealthy("the warehouse does not answer")


CHECKS = {"database": database, "redis": redis, "migrations": migrations, "warehouse": warehouse}
