"""Who holds a code agrees to a dossier of their report."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("report", "0006_number_at_the_hotline")]
    operations = [
        migrations.CreateModel(
            name="DossierAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reader",
                    models.CharField(
                        choices=[
                            ("authority", "The police or another authority"),
                            ("lawyer", "A lawyer"),
                        ],
                        max_length=9,
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dossier_agreements",
                        to="report.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement to a dossier",
                "verbose_name_plural": "agreements to a dossier",
                "ordering": ["report", "reader"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["given_at"],
                        name="agreements_by_age",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "reader"), name="one_agreement_a_reader"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reader__in", ["authority", "lawyer"])),
                        name="known_dossier_reader",
                    ),
                ],
            },
        ),
    ]
