from django.urls import path

from orders import api, counter, diagnostics, health, page, uploads

urlpatterns = [
    path("", page.orders, name="orders"),
    path("api/orders/", api.orders),
    path("api/orders/<str:key>/", api.order),
    path("api/sales/", counter.sales),
    path("api/uploads/", uploads.uploads),
    path("api/heartbeats/", api.heartbeats),
    path("api/version/", api.version),
    path("api/slow/", diagnostics.slow),
    path("api/echo/", diagnostics.echo),
    path("api/env-digest/", diagnostics.env_digest),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("health/detailed/", health.detailed),
]

handler400 = "orders.errors.bad_request"
handler404 = "orders.errors.not_found"
