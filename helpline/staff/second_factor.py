"""The second factor of staff: an authenticator app, and recovery codes that each work once.

Of a recovery code only a keyed hash is stored: who reads the database cannot come in with it.
"""

from base64 import b32encode
from binascii import unhexlify

import segno
from django.db import transaction
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpline.privacy.vault.sealing import keyed_hash
from helpline.staff.models import User

RECOVERY_CODES = 10
# ASVS 5.0, 6.5.5: a time-based code lives for 30 seconds at most, so no neighbouring step counts.
TOLERANCE_STEPS = 0


def is_enrolled(user: User) -> bool:
    """Whether a person has a confirmed authenticator app."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def pending_device(user: User) -> TOTPDevice:
    """The device a person is enrolling, made at the first look and kept until it is confirmed."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user,
        confirmed=False,
        defaults={"name": "authenticator", "tolerance": TOLERANCE_STEPS},
    )
    return device


def secret_text(device: TOTPDevice) -> str:
    """The secret in base 32, in groups of four, for typing it over."""
    key = b32encode(unhexlify(device.key)).decode()
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))


def qr_code(device: TOTPDevice) -> str:
    """The enrolment as a QR code: an SVG in a data address, which needs no further request."""
    return str(segno.make(device.config_url).svg_data_uri(scale=5, border=2, light="#fff"))


def confirm(device: TOTPDevice, code: str) -> list[str] | None:
    """Confirm a pending device with its first code.

    Returns the new recovery codes, to be shown once, or None when the code is wrong.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        if not device.verify_token(code):
            return None
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        return new_recovery_codes(device.user)


def new_recovery_codes(user: User) -> list[str]:
    """Replace a person's recovery codes by ten new ones."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=stored_code(user.pk, code)) for code in codes
    )
    return codes


def stored_code(user_id: int, code: str) -> str:
    """What stands in the database for a recovery code: good for this person only.

    80 bits, since the column holds 16 characters.
    """
    return b32encode(keyed_hash("code", f"recovery {user_id} {code}")[:10]).decode().lower()


def verify(user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that accepts a code of the app or a recovery code, or None.

    django-otp makes each device wait longer after every wrong code.
    """
    plain = code.replace(" ", "").replace("-", "").lower()
    is_of_app = len(plain) == 6 and plain.isdecimal()
    model = TOTPDevice if is_of_app else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return None
    token = plain if is_of_app else stored_code(user.pk, plain)
    return verify_token(user, device.persistent_id, token)


def current_code(user: User) -> str | None:
    """The code an authenticator app would show now. For demo accounts only."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return None
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"
