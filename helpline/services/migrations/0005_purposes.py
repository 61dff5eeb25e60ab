"""Help lines get a purpose, by which texts name them."""

from django.db import migrations, models

# The Dutch numbers that texts of the code named until now.
PURPOSES = {
    "112": "emergency",
    "113": "suicide",
    "08000113": "suicide",
    "08002000": "violence",
    "09008844": "police",
}
POLICE = {
    "nl": ("de politie", "dag en nacht", "Er is iets strafbaars gebeurd, en er is geen haast"),
    "en": ("the police", "day and night", "A crime was committed, and there is no hurry"),
}


def give_purposes(apps, schema_editor):
    HelpNumber = apps.get_model("services", "HelpNumber")
    held = {}
    for line in HelpNumber.objects.order_by("position", "id"):
        digits = "".join(c for c in line.number if c.isdigit())
        line.purpose = PURPOSES.get(digits, "")
        line.save(update_fields=["purpose"])
        held.setdefault(line.language, {})[digits] = line.position
    for language, numbers in held.items():
        # A site with the Dutch lines keeps the number of the police where texts named it.
        if language in POLICE and "08002000" in numbers and "09008844" not in numbers:
            name, hours, audience = POLICE[language]
            HelpNumber.objects.create(
                language=language,
                position=max(numbers.values()) + 1,
                name=name,
                number="0900-8844",
                hours=hours,
                audience=audience,
                purpose="police",
                everywhere=False,
            )


class Migration(migrations.Migration):
    dependencies = [("services", "0004_full_and_last_entry")]

    operations = [
        migrations.AddField(
            model_name="helpnumber",
            name="everywhere",
            field=models.BooleanField(
                default=True,
                help_text="Otherwise only texts that need it name it.",
                verbose_name="on every page",
            ),
        ),
        migrations.AddField(
            model_name="helpnumber",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("emergency", "A life in danger, now"),
                    ("suicide", "Thinking about suicide"),
                    ("violence", "Violence at home"),
                    ("police", "The police, without hurry"),
                ],
                help_text="Texts of the site, such as the script for danger, name the first line of each purpose.",
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.RunPython(give_purposes, migrations.RunPython.noop),
    ]
