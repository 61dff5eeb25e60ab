from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("chat", "0008_themes_and_finished"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="conversationevent",
            index=models.Index(
                condition=models.Q(("became", "active"), ("was", "waiting")),
                fields=["at"],
                name="event_of_a_claim",
            ),
        ),
    ]
