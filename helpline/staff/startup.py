"""What production refuses to start with."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from helpline.privacy.checks import key_place_errors
from helpline.staff.demo import DEMO_PREFIX
from helpline.staff.models import User

log = logging.getLogger(__name__)


def refuse_unsafe() -> None:
    """Stop a production site whose keys lie with its data, or that has demo accounts.

    Raises ImproperlyConfigured with what is wrong and what to do. A database that does not answer
    is no reason to stay down: the pages that need none still help.
    """
    if settings.HELPLINE_DEMO:
        return
    for error in key_place_errors():
        raise ImproperlyConfigured(f"{error.msg} {error.hint}")
    try:
        demo = User.objects.filter(username__startswith=DEMO_PREFIX, is_active=True).exists()
    except DatabaseError:
        log.warning("demo accounts could not be looked for: the database does not answer")
        return
    if demo:
        raise ImproperlyConfigured(
            "There are demo accounts, whose password everybody knows. Remove every account whose"
            f" name begins with {DEMO_PREFIX!r}."
        )
