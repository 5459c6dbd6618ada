"""What must be well before a visitor is let in."""

from .probes import database, migrations, redis

CHECKS = {"database": database, "redis": redis, "migrations": migrations}
