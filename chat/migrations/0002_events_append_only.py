"""Triggers that keep the events of a conversation as they were written, on both engines."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION chat_conversationevent_no_update() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'the events of a conversation are append-only';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER chat_conversationevent_no_update BEFORE UPDATE ON chat_conversationevent
FOR EACH ROW EXECUTE FUNCTION chat_conversationevent_no_update();
"""
POSTGRES_BACK = """
DROP TRIGGER chat_conversationevent_no_update ON chat_conversationevent;
DROP FUNCTION chat_conversationevent_no_update();
"""
SQLITE = """
CREATE TRIGGER chat_conversationevent_no_update BEFORE UPDATE ON chat_conversationevent
BEGIN SELECT RAISE(ABORT, 'the events of a conversation are append-only'); END
"""


def add_trigger(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRES if postgres else SQLITE)


def drop_trigger(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(
        POSTGRES_BACK if postgres else "DROP TRIGGER chat_conversationevent_no_update"
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]
    operations = [migrations.RunPython(add_trigger, drop_trigger)]
