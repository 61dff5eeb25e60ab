"""Editors and administrators keep the prepared replies in the CMS; nobody else sees them there."""

from django.db import migrations

GROUPS = ("editor", "administrator")
MAY = ("add", "change", "delete", "view")


def grant(apps, schema_editor):
    # Django makes these rows only after all migrations have run.
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="replies", model="preparedreply"
    )
    granted = [
        apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{what}_preparedreply",
            defaults={"name": f"Can {what} prepared reply"},
        )[0]
        for what in MAY
    ]
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*granted)


class Migration(migrations.Migration):
    dependencies = [
        ("replies", "0001_initial"),
        ("staff", "0002_groups_and_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        # Who may come into the CMS and translate there.
        ("content", "0002_editors_and_languages"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
