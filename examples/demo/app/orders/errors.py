"""Errors of the API as JSON; everything else keeps Django's pages."""

from django.core.exceptions import BadRequest
from django.http import JsonResponse
from django.views import defaults


def bad_request(request, exception):
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    # Only our own text: Django's would tell a stranger about the installation.
    why = str(exception) if isinstance(exception, BadRequest) else "bad request"
    return JsonResponse({"errors": {"request": [why]}}, status=400)


def not_found(request, exception):
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse({"errors": {"path": [f"{request.path} is not here"]}}, status=404)
