"""Numbers that the other side gave for notices."""

from intake.removal.models import Notice, Receipt


def receipt_of(notice: Notice) -> Receipt | None:
    """The number to ask after a notice by, while there is a key to read it with."""
    if notice.forgotten_at is not None:
        return None
    return Receipt.objects.filter(notice=notice).select_related("noted_by").first()
