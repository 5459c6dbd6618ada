import json
import time

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import path


def greeting(request):
    return HttpResponse("The guest is in, %s.\n" % settings.VERSION, content_type="text/plain; charset=utf-8")


def version(request):
    ill = settings.VERSION.endswith("-unhealthy")
    return JsonResponse({"version": settings.VERSION}, status=503 if ill else 200)


def slow(request):
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("done\n", content_type="text/plain")


def sale(request):
    from guest.models import Sale

    Sale.objects.create(key=json.loads(request.body)["key"])
    return HttpResponse(status=201)


urlpatterns = [
    path("", greeting),
    path("api/version/", version),
    path("api/slow/", slow),
    path("api/sales/", sale),
]
