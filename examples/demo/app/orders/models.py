from django.db import models

from .order import Order

__all__ = ["Event", "Heartbeat", "Order", "Upload"]


class Event(models.Model):
    """One change of an order. Its number is the place in the feed: no gap, in the order of the commits."""

    number = models.BigIntegerField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    content = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]

    def as_json(self):
        return {"type": "update", "number": self.number, "order": self.content}


class Heartbeat(models.Model):
    """Beat asked, a worker wrote. Two beats at once show as two names within the same seconds."""

    beat = models.CharField(max_length=80)
    worker = models.CharField(max_length=80)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-at"]


class Upload(models.Model):
    file = models.FileField(upload_to="uploads/%Y/%m/")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def as_json(self):
        return {"id": self.id, "url": self.file.url, "size": self.size, "sha256": self.sha256}
