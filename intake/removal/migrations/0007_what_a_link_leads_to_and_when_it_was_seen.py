from django.db import migrations, models


def know_the_day(apps, schema_editor):
    """A date that stands there is a day: months could not be said before."""
    statements = apps.get_model("removal", "Statement").objects
    statements.filter(seen_on__isnull=False).update(seen_precision="day")


class Migration(migrations.Migration):

    dependencies = [
        ("removal", "0006_location_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="page_kind",
            field=models.CharField(
                choices=[
                    ("profile", "A profile or account"),
                    ("post", "One post, picture or video"),
                    ("search", "A search result"),
                    ("skipped", "Not said"),
                ],
                default="skipped",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="seen_precision",
            field=models.CharField(
                choices=[
                    ("day", "On a day"),
                    ("month", "In a month"),
                    ("unknown", "I do not know"),
                    ("skipped", "Not answered"),
                ],
                default="skipped",
                max_length=7,
            ),
        ),
        migrations.RunPython(know_the_day, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seen_on__isnull", False), ("seen_precision__in", ["day", "month"])
                )
                | models.Q(
                    ("seen_on__isnull", True), ("seen_precision__in", ["unknown", "skipped"])
                ),
                name="seen_on_has_precision",
            ),
        ),
    ]
