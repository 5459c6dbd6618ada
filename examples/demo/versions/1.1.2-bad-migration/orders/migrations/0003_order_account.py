from django.db import migrations


class Migration(migrations.Migration):
    """Good at first, then it refers to a table that nobody made. PostgreSQL takes both statements back."""

    dependencies = [("orders", "0002_order_note")]

    operations = [
        migrations.RunSQL("ALTER TABLE orders_order ADD COLUMN discount integer", migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE orders_order ADD COLUMN account_id bigint REFERENCES orders_account (id)",
            migrations.RunSQL.noop,
        ),
    ]
