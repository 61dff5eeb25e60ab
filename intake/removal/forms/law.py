"""The form of a ground, a route or a pair in the CMS."""

from typing import Any, cast

from wagtail.admin.forms import WagtailAdminModelForm

from helpline.staff.models import User
from intake.removal.actions.law import Law, keep_law


class LawForm(WagtailAdminModelForm):
    """What an administrator may change: the rest is code, with its words and its templates."""

    def save(self, commit: bool = True) -> Any:
        """Store it. Wagtail never asks for one that is not stored."""
        law = cast(Law, super().save(commit=False))
        keep_law(law, by=cast(User, self.for_user))
        return law
