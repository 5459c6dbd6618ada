from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guest", "0001_initial")]
    operations = [migrations.AddField("sale", "note", models.CharField(max_length=200, null=True))]
