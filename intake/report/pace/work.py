"""Work in place of waiting: a browser derives some hundred keys and shows that it did.

The challenge is altcha's, made and checked here; nobody else is asked. It belongs to one form.
"""

import json
import secrets
import time
import uuid

from altcha import Payload, create_challenge, verify_solution

from helpline.privacy import throttle
from helpline.privacy.vault.sealing import keyed_hash

ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000  # rounds for one key
# As many keys as a browser derives: a second or two on a phone, and never much more, since the key
# that is looked for is chosen beforehand.
FEWEST, MOST = 200, 400
GOOD_FOR = 20 * 60  # seconds; by then every wait is over
FORM_RATE = "3/hour"
LONGEST = 4_000  # characters


def challenge(key: uuid.UUID) -> str:
    """What the form with this key may solve, as JSON."""
    made = create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST + secrets.randbelow(MOST - FEWEST),
        expires_at=int(time.time()) + GOOD_FOR,
        data={"form": str(key)},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return json.dumps(made.to_dict())


def is_solved(proof: str, key: uuid.UUID) -> bool:
    """Whether this is the solution of a challenge that this form was given, not used too often."""
    if not proof or len(proof) > LONGEST:
        return False
    result = verify_solution(proof, _secret("challenge"), hmac_key_secret=_secret("key"))
    if not result.verified:
        return False
    solved = Payload.from_base64(proof).challenge
    mine = (solved.parameters.data or {}).get("form") == str(key)
    return mine and throttle.hit("report proof", str(solved.signature), per=FORM_RATE)


def _secret(purpose: str) -> bytes:
    return keyed_hash("token", f"report proof {purpose}")
