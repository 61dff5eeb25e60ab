"""Triggers on both engines that refuse to change evidence; it only goes with its look-up."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION recipients_evidence_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'evidence is never changed';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER recipients_evidence_append_only BEFORE UPDATE ON recipients_evidence
FOR EACH ROW EXECUTE FUNCTION recipients_evidence_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER recipients_evidence_append_only ON recipients_evidence;
DROP FUNCTION recipients_evidence_append_only();
"""
SQLITE = """
CREATE TRIGGER recipients_evidence_append_only BEFORE UPDATE ON recipients_evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END
"""
SQLITE_BACK = "DROP TRIGGER recipients_evidence_append_only"


def forwards(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRES if postgres else SQLITE)


def backwards(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRES_BACK if postgres else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("recipients", "0002_editors_keep_the_directory")]

    operations = [migrations.RunPython(forwards, backwards)]
