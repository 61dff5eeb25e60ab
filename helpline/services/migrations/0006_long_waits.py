"""How long a wait has to be to stand out is a setting of the service."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0005_purposes")]

    operations = [
        migrations.AddField(
            model_name="service",
            name="long_wait_minutes",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="For a counsellor, or for an answer. From then on it stands out in the console and on the floor.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minutes after which somebody waits long",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="very_long_wait_minutes",
            field=models.PositiveSmallIntegerField(
                default=5, verbose_name="minutes after which somebody waits very long"
            ),
        ),
    ]
