"""Load the legal grounds, the routes and the pairs that fit, from the data file."""

from django.db import migrations

from intake.removal.knowledge import load


def forwards(apps, schema_editor):
    load(
        apps.get_model("removal", "LegalGround"),
        apps.get_model("removal", "Route"),
        apps.get_model("removal", "GroundRoute"),
    )


class Migration(migrations.Migration):
    dependencies = [("removal", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
