"""Addresses that are never asked, by what they look like. Asks nobody."""

from urllib.parse import parse_qsl

from intake.removal.canonical import CanonicalURL, NotAnAddress, canonicalise
from intake.removal.check.states import Unaskable

# Names in an address that tell of a key, an invitation or a time limit.
KEYS = frozenset(
    (
        *("access_token", "accesskey", "apikey", "api_key", "auth", "authkey", "code"),
        *("confirm", "confirmation", "expires", "expiry", "exp", "hash", "hmac", "invitation"),
        *("invite", "jwt", "key", "magic", "nonce", "once", "one_time", "onetime", "otp"),
        *("passcode", "passkey", "password", "passwd", "policy", "pwd", "reset", "secret"),
        *("session", "sessionid", "share_token", "sid", "sig", "sign", "signature", "ticket"),
        *("tk", "tkn", "token", "unsubscribe", "verification", "verify"),
    )
)
KEY_PREFIXES = ("x-amz-", "x-goog-", "x-ms-", "x-oss-")
WORDS = frozenset(
    (
        *("invite", "invites", "invitation", "invitations", "joinchat", "magic-link"),
        *("magiclink", "one-time", "onetime", "oneclick", "otp", "password-reset"),
        *("reset-password", "unsubscribe", "verify-email"),
    )
)


def unaskable(url: str) -> Unaskable | None:
    """Why an address is never asked, or None when a person may have it asked.

    It knows names that tell; that a link is not for one person or one time, a person says as well.
    """
    try:
        address = canonicalise(url)
    except NotAnAddress:
        return Unaskable.NOT_PUBLIC
    if address.is_onion:
        return Unaskable.NOT_PUBLIC
    if address.port:
        return Unaskable.PORT
    if _may_be_one_time(address):
        return Unaskable.ONE_TIME
    return Unaskable.FRAGMENT if address.fragment else None


def _may_be_one_time(address: CanonicalURL) -> bool:
    names = {name.lower() for name, _value in parse_qsl(address.query[1:], keep_blank_values=True)}
    if names & KEYS or any(name.startswith(KEY_PREFIXES) for name in names):
        return True
    parts = address.path.lower().split("/")
    return any(part in WORDS or part.startswith("+") for part in parts)
