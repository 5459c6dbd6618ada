import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from .routing import application  # noqa: E402

__all__ = ["application"]
