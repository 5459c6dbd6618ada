from django.db import migrations


class Migration(migrations.Migration):
    # While it runs, and until the code that knows it does, an order can be neither read nor written.
    tidemark_maintenance = True

    dependencies = [("orders", "0002_order_note")]

    operations = [migrations.RenameField("order", "customer", "buyer")]
