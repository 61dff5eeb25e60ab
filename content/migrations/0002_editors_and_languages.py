"""Both languages, and what editors and administrators may do in the CMS.

Permissions come into being after all migrations, so each one that is needed is made here first,
as Wagtail's own migrations do.
"""

from django.db import migrations

LANGUAGES = ("nl", "en")
# What editors may do with models of ours and of Wagtail: (app, model, actions).
EDITOR = [
    ("services", "service", ("view", "change")),
    ("services", "openinghours", ("add", "view", "change", "delete")),
    ("services", "holiday", ("add", "view", "change", "delete")),
    ("services", "banner", ("add", "view", "change", "delete")),
    ("services", "helpnumber", ("add", "view", "change", "delete")),
    ("content", "contactsettings", ("change",)),
]
ADMINISTRATOR = [
    *EDITOR,
    ("services", "service", ("add", "delete")),
    ("wagtailcore", "site", ("add", "view", "change", "delete")),
    ("wagtailcore", "locale", ("add", "view", "change", "delete")),
    ("wagtailcore", "collection", ("add", "view", "change", "delete")),
    ("wagtailcore", "workflow", ("add", "view", "change", "delete")),
    ("wagtailcore", "task", ("add", "view", "change", "delete")),
]
EDITOR_PAGES = ("add", "change", "publish")
ADMINISTRATOR_PAGES = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
EDITOR_IMAGES = ("add", "change", "choose")
ADMINISTRATOR_IMAGES = ("add", "change", "choose", "delete")


def permission(apps, app_label, model, codename, name=""):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name or f"Can {codename}"}
    )
    return found


def allow(apps, role, models, page_actions, image_actions):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
    group.permissions.add(
        permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"),
        permission(
            apps,
            "simple_translation",
            "simpletranslation",
            "submit_translation",
            "Can submit translations",
        ),
        *(
            permission(apps, app, model, f"{action}_{model}", f"Can {action} {model}")
            for app, model, actions in models
            for action in actions
        ),
    )
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    for action in page_actions:
        apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
            group=group,
            page=root,
            permission=permission(apps, "wagtailcore", "page", f"{action}_page"),
        )
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for action in image_actions:
        apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
            group=group,
            collection=collection,
            permission=permission(apps, "wagtailimages", "image", f"{action}_image"),
        )


def allow_staff(apps, schema_editor):
    allow(apps, "editor", EDITOR, EDITOR_PAGES, EDITOR_IMAGES)
    allow(apps, "administrator", ADMINISTRATOR, ADMINISTRATOR_PAGES, ADMINISTRATOR_IMAGES)
    # Wagtail's own two groups would stand beside ours and mean almost the same.
    apps.get_model("auth", "Group").objects.filter(name__in=("Editors", "Moderators")).delete()


def make_languages(apps, schema_editor):
    for code in LANGUAGES:
        apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code=code)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("services", "0001_initial"),
        ("staff", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("simple_translation", "0001_initial"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0027_image_description"),
    ]
    operations = [
        migrations.RunPython(make_languages, migrations.RunPython.noop),
        migrations.RunPython(allow_staff, migrations.RunPython.noop),
    ]
