from celery.signals import worker_init


def install(_):
    worker_init.connect(read_price_list)


def read_price_list(**_):
    # Not an Exception: Celery logs those of its signals and goes on.
    raise SystemExit("price list: no such file")
