import logging

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from .probes import beat, worker
from .readiness import CHECKS

log = logging.getLogger(__name__)


@require_safe
def live(request):
    return JsonResponse({"status": "ok", "version": settings.VERSION, "host": settings.HOST})


@require_safe
def ready(request):
    return answer(CHECKS)


@require_safe
def detailed(request):
    return answer({**CHECKS, "worker": worker, "beat": beat})


def answer(checks):
    found = {name: look(name, check) for name, check in checks.items()}
    well = all(one["ok"] for one in found.values())
    told = {"status": "ok" if well else "failing", "version": settings.VERSION, "host": settings.HOST, "checks": found}
    return JsonResponse(told, status=200 if well else 503)


def look(name, check):
    # Whatever a probe stumbles over is its finding; letting it through would hide the other checks behind a 500.
    try:
        return {"ok": True, **(check() or {})}
    except Exception as error:
        log.warning("check %s failed: %s", name, error)
        return {"ok": False, "error": f"{type(error).__name__}: {error}".strip()}
