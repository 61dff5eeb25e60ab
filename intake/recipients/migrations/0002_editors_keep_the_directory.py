"""Editors and administrators may keep the directory in the CMS; nobody else sees it there."""

from django.db import migrations

GROUPS = ("editor", "administrator")
MAY = ("add", "change", "view")


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    # Django makes these rows only after all migrations have run.
    recipient, _ = ContentType.objects.get_or_create(app_label="recipients", model="recipient")
    granted = [
        Permission.objects.get_or_create(
            content_type=recipient,
            codename=f"{what}_recipient",
            defaults={"name": f"Can {what} recipient"},
        )[0]
        for what in MAY
    ]
    admin, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    granted.append(
        Permission.objects.get_or_create(
            content_type=admin,
            codename="access_admin",
            defaults={"name": "Can access Wagtail admin"},
        )[0]
    )
    for name in GROUPS:
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*granted)


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0001_initial"),
        ("staff", "0002_groups_and_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
