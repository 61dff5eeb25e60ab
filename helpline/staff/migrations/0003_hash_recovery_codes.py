"""Recovery codes that were stored as they are become keyed hashes; each still works once."""

from base64 import b32encode

from django.db import migrations
from django.db.models.functions import Length

from helpline.privacy.vault.sealing import keyed_hash

PLAIN_LENGTH = 8  # a code as it is shown; its hash has 16 characters


def hash_codes(apps, schema_editor):
    StaticToken = apps.get_model("otp_static", "StaticToken")
    plain = StaticToken.objects.alias(size=Length("token")).filter(size=PLAIN_LENGTH)
    for token in plain.select_related("device"):
        code = f"recovery {token.device.user_id} {token.token}"
        token.token = b32encode(keyed_hash("code", code)[:10]).decode().lower()
        token.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_groups_and_append_only"),
        ("otp_static", "0003_add_timestamps"),
    ]
    # Back there is no way: a code cannot be worked out from its hash.
    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
