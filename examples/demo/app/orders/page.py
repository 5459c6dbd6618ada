from uuid import uuid4

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from . import feed
from .forms import OrderForm
from .models import Order
from .placing import KeyTaken, place

SHOWN = 25


@require_http_methods(["GET", "HEAD", "POST"])
def orders(request):
    # The key travels in the form: whoever presses twice has ordered once.
    form = OrderForm(request.POST) if request.method == "POST" else OrderForm(initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        try:
            place(form.given())
            return redirect("orders")
        except KeyTaken:
            form.add_error(None, "This form was already sent with something else in it. Reload the page.")
    return render(request, "orders/page.html", context(form), status=422 if form.is_bound else 200)


def context(form):
    # The number is read before the orders: an update in between is then sent again, never left out.
    last = feed.last_number()
    newest = Order.objects.all()[:SHOWN]
    return {
        "form": form,
        "fields": [form[name] for name in Order.GIVEN if name != "key"],
        "columns": Order.COLUMNS,
        "titles": [name.replace("_", " ") for name in Order.COLUMNS],
        "rows": [{"id": one.id, "status": one.status, "cells": cells(one)} for one in newest],
        "last": last,
        "version": settings.VERSION,
        "host": settings.HOST,
    }


def cells(order):
    return [(name, value if (value := getattr(order, name)) is not None else "") for name in Order.COLUMNS]
