"""Read by gunicorn from its working directory; its command line goes before it."""

import os

from shop.logs import LOGGING

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "uvicorn.workers.UvicornWorker"
worker_tmp_dir = "/tmp"
graceful_timeout = 30
logconfig_dict = LOGGING
