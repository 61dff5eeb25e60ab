"""Counts what each page of a desk asks of the database, with a location on it to which everything
happened, and how much memory the dossier of a recipient takes. Says it on one line of JSON.
"""

import json
import secrets
import sys
import tracemalloc
import uuid
from contextlib import suppress
from typing import Any

import django

MIB = 1 << 20


def main() -> None:
    django.setup()
    from tests.intake.desk_pages import pages  # noqa: PLC0415 -- needs the settings
    from tests.intake.full_desk import fill  # noqa: PLC0415 -- as above

    desk = fill("counting")
    queries = {page.name: len(page.queries()) for page in pages(desk)}
    sys.stdout.write(json.dumps({"queries": queries, "dossier": dossier(desk.supervisor)}) + "\n")


def dossier(by: Any) -> dict[str, float]:
    """Of who has most of the year: as long as one may be, and then of all that they were asked."""
    from django.db.models import Count  # noqa: PLC0415 -- needs the settings

    from intake.recipients.models import Recipient  # noqa: PLC0415 -- as above
    from intake.removal import actions  # noqa: PLC0415 -- as above
    from intake.removal.errors import RefusedError  # noqa: PLC0415 -- as above
    from intake.removal.queries.record import MOST  # noqa: PLC0415 -- as above

    one = Recipient.objects.annotate(asked=Count("removal_requests")).latest("asked")
    rows = 0
    took = {}
    for most in (MOST, None):
        rows += ask(one, most)
        tracemalloc.start()
        with suppress(RefusedError):  # too long to go on paper, or of too few
            actions.make_dossier(one, by=by)
        took[f"MiB of {rows} rows"] = tracemalloc.get_traced_memory()[1] / MIB
        tracemalloc.stop()
    return took


def ask(recipient: Any, most: int | None = None) -> int:
    """Note that a recipient was written to about what waits for it. Returns about how many."""
    from django.utils import timezone  # noqa: PLC0415 -- needs the settings

    from helpline.privacy.vault.fields import Sealed  # noqa: PLC0415 -- as above
    from intake.removal.models import (  # noqa: PLC0415 -- as above
        GroundRoute,
        Notice,
        NoticeRequest,
    )

    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    waiting = (
        recipient.removal_requests.filter(entries=None)
        .select_related("location")
        .defer("location__url")
    )
    requests = list(waiting[:most])
    sent = {"recipient": recipient, "ground": pair.ground, "route": pair.route}
    notices = [
        Notice(
            **sent,
            service_id=request.location.service_id,
            language="en",
            status="accepted",
            message_id=f"<{uuid.uuid4().hex}@helpline.test>",
            created_at=timezone.now(),
            sent_at=timezone.now(),
            token_hash=secrets.token_bytes(32),
            # Nobody opens it here, so it needs no key.
            subject=Sealed(b"-"),
            text=Sealed(b"-"),
        )
        for request in requests
    ]
    Notice.objects.bulk_create(notices, batch_size=1000)
    NoticeRequest.objects.bulk_create(
        [
            NoticeRequest(
                notice=notice,
                request=request,
                recipient=recipient,
                location_id=request.location_id,
                ground=pair.ground,
                round=request.round,
                position=1,
            )
            for notice, request in zip(notices, requests, strict=True)
        ],
        batch_size=1000,
    )
    return len(requests)


if __name__ == "__main__":
    main()
