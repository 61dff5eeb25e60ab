"""Administrators may switch grounds, routes and pairs in the CMS; nobody else sees them there."""

from django.db import migrations

MODELS = ("legalground", "route", "groundroute")
MAY = ("change", "view")


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    administrators, _ = Group.objects.get_or_create(name="administrator")
    for model in MODELS:
        # Django makes these rows only after all migrations have run.
        kind, _ = ContentType.objects.get_or_create(app_label="removal", model=model)
        for what in MAY:
            permission, _ = Permission.objects.get_or_create(
                content_type=kind,
                codename=f"{what}_{model}",
                defaults={"name": f"Can {what} {model}"},
            )
            administrators.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("removal", "0021_ways_beside_mail_and_forms"),
        ("staff", "0002_groups_and_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
