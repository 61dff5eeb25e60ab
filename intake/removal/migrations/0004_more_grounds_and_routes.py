"""More of the law: what a ground leans on, portrait right, the Amsterdam ruling, two routes."""

from django.db import migrations, models

from intake.removal.knowledge import load, shipped


def forwards(apps, schema_editor):
    grounds = apps.get_model("removal", "LegalGround")
    load(grounds, apps.get_model("removal", "Route"), apps.get_model("removal", "GroundRoute"))
    # Rows that an earlier migration made did not have these fields yet.
    for row in shipped()["ground"]:
        grounds.objects.filter(key=row["key"]).update(
            needs_recognisable=row.get("needs_recognisable", False),
            needs_private=row.get("needs_private", False),
        )


class Migration(migrations.Migration):
    dependencies = [("removal", "0003_who_agrees_and_who_knows")]
    operations = [
        migrations.AddField(
            "legalground",
            "needs_private",
            models.BooleanField(
                default=False, verbose_name="needs: private images, or made in secret"
            ),
        ),
        migrations.AddField(
            "legalground",
            "needs_recognisable",
            models.BooleanField(default=False, verbose_name="needs: the person can be recognised"),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
