"""Made-up recipients for a demo site, on names that are reserved and lead nowhere."""

from django.utils import timezone

from intake.recipients.models import Recipient, RecipientDomain
from intake.recipients.states import Channel, Kind

ENTRIES = (
    ("Demo platform (example.org)", Kind.PLATFORM, "abuse@platform.test", True, ("example.org",)),
    ("Demo photo site (example.com)", Kind.PLATFORM, "", False, ("example.com",)),
    ("Demo host (hosting.test)", Kind.HOST, "abuse@hosting.test", True, ("hosting.test",)),
    ("Demo hotline", Kind.HOTLINE, "hotline@hotline.test", False, ()),
)
FORM = "https://example.com/report"


def load_demo_directory() -> int:
    """Add the demo recipients that are missing. Returns how many were added."""
    added = 0
    for name, kind, address, xarf, domains in ENTRIES:
        recipient, created = Recipient.objects.get_or_create(
            name=name,
            demo=True,
            defaults={
                "kind": kind,
                "channel": Channel.MAIL if address else Channel.FORM,
                "address": address,
                "form_url": "" if address else FORM,
                "xarf": xarf,
                "language": "nl" if kind == Kind.HOTLINE else "en",
                "active": True,
                "verified_at": timezone.now(),
            },
        )
        if not created:
            continue
        added += 1
        for suffix in domains:
            RecipientDomain.objects.get_or_create(suffix=suffix, defaults={"recipient": recipient})
    return added
