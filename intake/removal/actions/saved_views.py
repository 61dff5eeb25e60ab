"""The views of the queue that a caseworker keeps under a name of their own."""

from django.db import transaction

from helpline.staff.models import User
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import SavedView

MOST_VIEWS = 12


@transaction.atomic
def save_view(*, name: str, query: str, by: User) -> SavedView:
    """Keep filters under a name. The same name again is kept in place of the earlier one.

    Raises RefusedError when there are many already.
    """
    # One at a time: two presses at once do not make one too many.
    User.objects.select_for_update().get(pk=by.pk)
    kept = SavedView.objects.filter(user=by)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_VIEWS:
        raise RefusedError(Refusal.TOO_MANY_VIEWS)
    view, _made = SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query})
    return view


def remove_view(view_id: int, *, by: User) -> bool:
    """Let go of a view of one's own. Returns whether there was one."""
    return bool(SavedView.objects.filter(pk=view_id, user=by).delete()[0])
