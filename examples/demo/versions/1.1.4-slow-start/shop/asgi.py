import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from .routing import application  # noqa: E402

__all__ = ["application"]

# A catalogue that is read into memory before the first answer.
time.sleep(10)
