"""A notice under the Dutch code says who was asked before, so it has a template of its own."""

from django.db import migrations


def forwards(apps, schema_editor):
    apps.get_model("removal", "GroundRoute").objects.filter(
        ground__key="intimate_image", route__key="nl_ntd", template="dsa_16"
    ).update(template="nl_ntd")


class Migration(migrations.Migration):
    dependencies = [("removal", "0016_what_may_wait_for_office_hours")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
