from django.conf import settings
from django.db import models


class Sale(models.Model):
    key = models.CharField(max_length=100, unique=True)
    if settings.VERSION != "1.0.0":
        note = models.CharField(max_length=200, null=True)

    class Meta:
        app_label = "guest"
