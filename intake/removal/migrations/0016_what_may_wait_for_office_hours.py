"""Grounds that may wait until a recipient's office is open; the others are urgent."""

from django.db import migrations, models

from intake.removal.knowledge import shipped


def forwards(apps, schema_editor):
    grounds = apps.get_model("removal", "LegalGround").objects
    may_wait = [row["key"] for row in shipped()["ground"] if not row.get("urgent", True)]
    grounds.filter(key__in=may_wait).update(urgent=False)


class Migration(migrations.Migration):
    dependencies = [("removal", "0015_sent_once_a_round")]
    operations = [
        migrations.AddField(
            "legalground",
            "urgent",
            models.BooleanField(
                default=True,
                help_text="Never waits for office hours, a weekend or a holiday.",
                verbose_name="urgent",
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
