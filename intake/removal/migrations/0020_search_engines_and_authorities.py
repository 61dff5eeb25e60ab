"""How a search engine and an authority are asked: two routes, off until somebody has read them."""

from django.db import migrations

from intake.removal.knowledge import load


def forwards(apps, schema_editor):
    load(
        apps.get_model("removal", "LegalGround"),
        apps.get_model("removal", "Route"),
        apps.get_model("removal", "GroundRoute"),
    )


class Migration(migrations.Migration):
    dependencies = [("removal", "0019_channels_and_receipts")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
