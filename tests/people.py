"""Makes conversations under way, for clients that speak the chat's protocol from outside.

python -m tests.people CONVERSATIONS STAFF

prints JSON: a list of conversations, each claimed, with the visitor's token and the session key of
the member of staff it belongs to. The settings and the environment point at the databases meant.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Pair:
    """One conversation: what its visitor knows, and what its counsellor knows."""

    conversation: str
    token: str
    session: str
    seq: int


def make(environment: Mapping[str, str], *, conversations: int, staff: int) -> list[Pair]:
    """Make them in a process of its own, since they need the site's settings."""
    done = subprocess.run(  # noqa: S603 -- our own module
        [sys.executable, "-m", "tests.people", str(conversations), str(staff)],
        cwd=ROOT,
        env={**environment, "PGOPTIONS": "-c synchronous_commit=off"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"no people could be made:\n{done.stderr[-4000:]}")
    return [Pair(**pair) for pair in json.loads(done.stdout)]


def made(conversations: int, staff: int) -> list[dict[str, object]]:
    from django.contrib.auth.models import Group  # noqa: PLC0415 -- needs the settings

    from chat import actions, queries  # noqa: PLC0415 -- as above
    from chat.models import Seat  # noqa: PLC0415 -- as above
    from helpline.services.queries import default_service  # noqa: PLC0415 -- as above
    from helpline.staff.models import Membership, User  # noqa: PLC0415 -- as above
    from tests.signed_in import session_of  # noqa: PLC0415 -- as above

    service = default_service()
    service.chat_open = "open"
    service.breath_minutes = service.heavy_in_a_row = 0  # one chat after another
    service.save()
    counsellors = Group.objects.get(name="counsellor")
    each = -(-conversations // staff)
    people = []
    for number in range(staff):
        user = User.objects.create(username=f"counsellor-{number}", work_name=f"Noor {number}")
        user.groups.add(counsellors)
        Membership.objects.create(user=user, service=service)
        Seat.objects.create(user=user, capacity=each)
        people.append((user, session_of(user)))
    pairs: list[dict[str, object]] = []
    for number in range(conversations):
        user, session = people[number % staff]
        begun = actions.start(
            service=service, language="nl", name=f"Merel {number}", start_key=uuid.uuid4()
        )
        actions.claim(conversation=begun.conversation, by=user)
        now = queries.by_id(begun.conversation.pk)
        assert now is not None
        pairs.append(
            {
                "conversation": str(now.pk),
                "token": begun.token,
                "session": session,
                "seq": now.last_seq,
            }
        )
    return pairs


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpline.settings.test")
    django.setup()
    sys.stdout.write(json.dumps(made(int(sys.argv[1]), int(sys.argv[2]))))
