"""The five roles, and triggers that keep the audit trail append-only on both engines."""

from django.db import migrations

ROLES = ("editor", "counsellor", "caseworker", "supervisor", "administrator")

# A row may go only when its day is over a year old: that is erasure, not forgery.
POSTGRES = """
CREATE FUNCTION staff_auditentry_append_only() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.day < CURRENT_DATE - 365 THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER staff_auditentry_append_only BEFORE UPDATE OR DELETE ON staff_auditentry
FOR EACH ROW EXECUTE FUNCTION staff_auditentry_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER staff_auditentry_append_only ON staff_auditentry;
DROP FUNCTION staff_auditentry_append_only();
"""
SQLITE = [
    """
    CREATE TRIGGER staff_auditentry_no_update BEFORE UPDATE ON staff_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER staff_auditentry_no_delete BEFORE DELETE ON staff_auditentry
    WHEN OLD.day >= date('now', '-365 days')
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
]


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for role in ROLES:
        Group.objects.get_or_create(name=role)


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK)
    else:
        schema_editor.execute("DROP TRIGGER staff_auditentry_no_update")
        schema_editor.execute("DROP TRIGGER staff_auditentry_no_delete")


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.RunPython(create_groups, migrations.RunPython.noop),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
