import json
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Min
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import feed
from .forms import OrderForm
from .models import Heartbeat, Order
from .numbers import whole
from .placing import KeyTaken, place


# Exempt: the API knows no session, so there is nothing that a foreign page could ride on.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def orders(request):
    return make(request) if request.method == "POST" else listing(request)


def listing(request):
    newest = Order.objects.all()[: whole(request, "limit", 50, 1000)]
    return JsonResponse(
        {"count": Order.objects.count(), "last": feed.last_number(), "orders": [one.as_json() for one in newest]}
    )


def make(request):
    try:
        told = json.loads(request.body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return JsonResponse({"errors": {"body": ["is not a JSON object"]}}, status=400)
    form = OrderForm(told)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    try:
        order, made = place(form.given(), form.cleaned_data["seconds"])
    except KeyTaken:
        return JsonResponse({"errors": {"key": ["belongs to another order"]}}, status=409)
    return JsonResponse(order.as_json(), status=201 if made else 200)


@require_safe
def order(request, key):
    return JsonResponse(get_object_or_404(Order, key=key).as_json())


@require_safe
def heartbeats(request):
    """Each beat that was heard of in the last `?seconds=`."""
    since = timezone.now() - timedelta(seconds=whole(request, "seconds", 60, 21_600))
    beats = Heartbeat.objects.filter(at__gt=since).order_by().values("beat")
    found = beats.annotate(count=Count("id"), first=Min("at"), last=Max("at")).order_by("first")
    return JsonResponse({"beats": list(found)})


@require_safe
def version(request):
    return JsonResponse({"version": settings.VERSION, "host": settings.HOST})
