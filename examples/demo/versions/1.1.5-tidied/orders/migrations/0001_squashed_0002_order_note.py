from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):
    """The first two in one. They stay beside it until no database needs them."""

    initial = True
    replaces = [("orders", "0001_initial"), ("orders", "0002_order_note")]

    operations = [
        migrations.CreateModel(
            "Heartbeat",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("beat", models.CharField(max_length=80)),
                ("worker", models.CharField(max_length=80)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            {"ordering": ["-at"]},
        ),
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("customer", models.CharField(max_length=80)),
                ("item", models.CharField(max_length=80)),
                (
                    "quantity",
                    models.PositiveIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]),
                ),
                ("status", models.CharField(choices=[("new", "new"), ("done", "done")], default="new", max_length=8)),
                ("worked_by", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("note", models.CharField(max_length=200, null=True, blank=True)),
            ],
            {"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            "Upload",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(upload_to="uploads/%Y/%m/")),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            {"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            "Event",
            [
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("content", models.JSONField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("order", models.ForeignKey(on_delete=CASCADE, related_name="events", to="orders.order")),
            ],
            {"ordering": ["number"]},
        ),
    ]
