"""An administrator's word on the site's legal knowledge: what was read, and may be leant on."""

from django.db import transaction

from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.models import GroundRoute, LegalGround, Route
from intake.removal.permissions import check_keep_law

Law = LegalGround | Route | GroundRoute


@transaction.atomic
def keep_law(law: Law, *, by: User) -> None:
    """Store a ground, a route or a pair as an administrator changed it. It is on record.

    Raises ValidationError for one that is switched on and names no source, and for the hand-over to
    the hotline switched off.
    """
    check_keep_law(by)
    law.clean()
    audit.record(
        by=by, action="change_law", subject_kind=law._meta.model_name or "", subject_id=str(law.pk)
    )
    law.save()
