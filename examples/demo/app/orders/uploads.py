import hashlib
from pathlib import PurePath

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .models import Upload
from .numbers import whole

# Nothing that a browser would run: uploads are served from the shop's own origin.
KINDS = (".csv", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".txt", ".webp")
LARGEST = 20 * 1024 * 1024


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request):
    return keep(request) if request.method == "POST" else listing(request)


def listing(request):
    newest = Upload.objects.all()[: whole(request, "limit", 50, 1000)]
    return JsonResponse({"count": Upload.objects.count(), "uploads": [one.as_json() for one in newest]})


def keep(request):
    file = request.FILES.get("file")
    if file is None:
        return refused(400, 'send one file as the multipart field "file"')
    if PurePath(file.name).suffix.lower() not in KINDS:
        return refused(415, f"a name must end with one of {' '.join(KINDS)}")
    if file.size > LARGEST:
        return refused(413, f"{file.size} bytes, at most {LARGEST} are taken")
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    kept = Upload.objects.create(file=file, size=file.size, sha256=digest.hexdigest())
    return JsonResponse(kept.as_json(), status=201)


def refused(status, why):
    return JsonResponse({"errors": {"file": [why]}}, status=status)
