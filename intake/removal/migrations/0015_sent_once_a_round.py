"""The key of sending on one row: recipient, location, ground and round, once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_the_key(apps, schema_editor):
    """What an entry is about stands on its notice and its request."""
    entries = apps.get_model("removal", "NoticeRequest").objects
    notice = apps.get_model("removal", "Notice").objects.filter(pk=OuterRef("notice_id"))
    request = apps.get_model("removal", "RemovalRequest").objects.filter(pk=OuterRef("request_id"))
    entries.update(
        recipient_id=Subquery(notice.values("recipient_id")[:1]),
        ground_id=Subquery(notice.values("ground_id")[:1]),
        location_id=Subquery(request.values("location_id")[:1]),
    )
    if schema_editor.connection.vendor == "postgresql":
        # The checks of these references are still to come, and the table is altered next.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


REFERENCES = (
    ("recipient", "recipients.recipient", django.db.models.deletion.PROTECT),
    ("location", "removal.location", django.db.models.deletion.CASCADE),
    ("ground", "removal.legalground", django.db.models.deletion.PROTECT),
)


def field(to, on_delete, **more):
    return models.ForeignKey(on_delete=on_delete, related_name="+", to=to, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0003_evidence_append_only"),
        ("removal", "0014_mail_of_recipients"),
    ]

    operations = [
        *(
            migrations.AddField("noticerequest", name, field(to, on_delete, null=True))
            for name, to, on_delete in REFERENCES
        ),
        migrations.RunPython(copy_the_key, migrations.RunPython.noop),
        *(
            migrations.AlterField("noticerequest", name, field(to, on_delete))
            for name, to, on_delete in REFERENCES
        ),
        migrations.AddConstraint(
            model_name="noticerequest",
            constraint=models.UniqueConstraint(
                fields=("recipient", "location", "ground", "round"), name="sent_once_a_round"
            ),
        ),
    ]
