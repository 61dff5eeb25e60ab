"""What happens on a floor while it is measured: people talk, somebody comes and goes.

Reads one list of words a line, does it, and answers with a line of JSON. ``at`` is the moment of
the commit, on the clock that all processes of a machine share.
"""

import json
import os
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

TALK_SECONDS = 0.05  # between two messages, in one of the chats


class Happenings:
    """The acts, by name."""

    def __init__(self) -> None:
        self.services: dict[str, Any] = {}
        self.chats: list[tuple[str, str]] = []
        self.come_in: dict[str, Any] = {}

    def make(self, conversations: str, staff: str) -> dict[str, str]:
        """A full floor, an empty one, and a supervisor of both."""
        from django.contrib.auth.models import Group  # noqa: PLC0415 -- needs the settings

        from helpline.services.models import Service  # noqa: PLC0415 -- as above
        from helpline.services.queries import default_service  # noqa: PLC0415 -- as above
        from helpline.staff.models import Membership, User  # noqa: PLC0415 -- as above
        from tests import people  # noqa: PLC0415 -- as above
        from tests.signed_in import session_of  # noqa: PLC0415 -- as above

        # Those of the demo site are no part of it.
        Membership.objects.all().delete()
        self.chats = [
            (str(each["conversation"]), str(each["token"]))
            for each in people.made(int(conversations), int(staff))
        ]
        empty = Service.objects.create(slug="empty", name="Empty", chat_open="open")
        self.services = {"full": default_service(), "empty": empty}
        supervisor = User.objects.create(username="floor-supervisor", work_name="Robin")
        supervisor.groups.add(Group.objects.get(name="supervisor"))
        for service in self.services.values():
            Membership.objects.create(user=supervisor, service=service)
        return {
            "session": session_of(supervisor),
            **{kind: str(service.pk) for kind, service in self.services.items()},
        }

    def talk(self) -> dict[str, str]:
        """Visitors and counsellors of the full floor go on talking, beside what is asked."""
        threading.Thread(target=self._talk, daemon=True).start()
        return {}

    def _talk(self) -> None:
        from chat import actions, queries  # noqa: PLC0415 -- needs the settings

        chance = random.Random(7)
        while True:
            number, _token = chance.choice(self.chats)
            conversation = queries.by_id(uuid.UUID(number))
            assert conversation is not None
            by = conversation.owner if chance.random() < 0.5 else None
            actions.say(
                conversation=conversation, text="Hoe gaat het nu?", client_id=uuid.uuid4(), by=by
            )
            time.sleep(TALK_SECONDS)

    def come(self, kind: str) -> dict[str, object]:
        """Somebody comes into the queue."""
        from chat import actions  # noqa: PLC0415 -- needs the settings

        def begin() -> None:
            self.come_in[kind] = actions.start(
                service=self.services[kind], language="nl", name="Merel", start_key=uuid.uuid4()
            ).conversation

        at = _committed(begin)
        return {"at": at, "chat": str(self.come_in[kind].pk)}

    def go(self, kind: str) -> dict[str, object]:
        """They leave again."""
        from chat import actions  # noqa: PLC0415 -- needs the settings

        conversation = self.come_in.pop(kind)
        at = _committed(lambda: actions.end(conversation=conversation))
        return {"at": at, "chat": str(conversation.pk)}


def _committed(act: Callable[[], None]) -> float:
    """Do something; when it was committed, which is before its bells ring."""
    from django.db import transaction  # noqa: PLC0415 -- needs the settings

    moments: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic()))
        act()
    return moments[0]


def main() -> None:
    happenings = Happenings()
    for line in sys.stdin:
        act, *words = json.loads(line)
        sys.stdout.write(json.dumps(getattr(happenings, act)(*words)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpline.settings.test")
    django.setup()
    main()
