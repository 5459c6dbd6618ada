from django.core.exceptions import BadRequest


def whole(request, name, default, most):
    """A number from the query, from 0 to `most`."""
    told = request.GET.get(name, str(default))
    if not (told.isascii() and told.isdigit() and int(told) <= most):
        raise BadRequest(f"{name}: {told!r} is not a number from 0 to {most}")
    return int(told)
