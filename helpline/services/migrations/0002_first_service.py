"""A site starts with one service, open on weekdays, and the Dutch 24-hour numbers."""

from datetime import time

from django.db import migrations


def create(apps, schema_editor):
    Service = apps.get_model("services", "Service")
    OpeningHours = apps.get_model("services", "OpeningHours")
    service, made = Service.objects.get_or_create(slug="helpline", defaults={"name": "Helpline"})
    if made:
        OpeningHours.objects.bulk_create(
            OpeningHours(service=service, weekday=day, opens=time(9), closes=time(21))
            for day in range(5)
        )


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
