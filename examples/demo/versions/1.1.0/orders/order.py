from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Order(models.Model):
    """Somebody wants something. A worker makes it done."""

    NEW, DONE = "new", "done"

    # What whoever orders says; the rest is the shop's.
    GIVEN = ("key", "customer", "item", "quantity", "note")
    # What the page shows, from left to right.
    COLUMNS = ("id", "customer", "item", "quantity", "note", "status", "worked_by")

    key = models.CharField(max_length=64, unique=True)
    customer = models.CharField(max_length=80)
    item = models.CharField(max_length=80)
    quantity = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)])
    note = models.CharField(max_length=200, null=True, blank=True)
    status = models.CharField(max_length=8, default=NEW, choices=[(NEW, "new"), (DONE, "done")])
    worked_by = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def given(self):
        return {name: getattr(self, name) for name in self.GIVEN}

    def as_json(self):
        return {
            "id": self.id,
            **self.given(),
            "status": self.status,
            "worked_by": self.worked_by,
            "created_at": self.created_at.isoformat(),
            "done_at": self.done_at and self.done_at.isoformat(),
        }
