"""For tests of a deployment: what arrives at the application, and how long it may take."""

import asyncio
import hashlib
import os

from django.conf import settings
from django.http import Http404, JsonResponse
from django.views.decorators.http import require_safe

from shop.access import client_address
from shop.logs import request_id

from .numbers import whole

SLOWEST = 60


async def slow(request):
    seconds = whole(request, "seconds", 1, SLOWEST)
    await asyncio.sleep(seconds)
    return JsonResponse({"seconds": seconds, "version": settings.VERSION, "host": settings.HOST})


@require_safe
def echo(request):
    names = ("Host", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID")
    peer = request.META.get("REMOTE_ADDR", "")
    return JsonResponse(
        {
            "client": client_address(request.headers.get("X-Forwarded-For", ""), peer),
            "peer": peer,
            "secure": request.is_secure(),
            "request_id": request_id.get(),
            "headers": {name: request.headers.get(name) for name in names},
        }
    )


@require_safe
def env_digest(request):
    """Digests, so that a test can compare a value byte for byte and the value itself never travels."""
    if not settings.DIAGNOSTICS:
        raise Http404
    return JsonResponse({name: digest(os.environb.get(name.encode())) for name in request.GET.getlist("name")})


def digest(value):
    return None if value is None else {"sha256": hashlib.sha256(value).hexdigest(), "length": len(value)}
