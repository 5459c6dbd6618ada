"""Which requests go where: HTTP to Django, websockets to Channels."""

from django.core.asgi import get_asgi_application

# Before the imports below: they need Django's applications to be loaded.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402

from orders.consumers import OrderUpdates  # noqa: E402

from .access import AccessLog  # noqa: E402
from .origins import BrowserOriginValidator  # noqa: E402

sockets = URLRouter([path("ws/admin/orders/", OrderUpdates.as_asgi())])

application = AccessLog(
    ProtocolTypeRouter(
        {"http": django_application, "websocket": BrowserOriginValidator(sockets, settings.ALLOWED_HOSTS)}
    )
)
