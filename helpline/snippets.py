"""Snippets of the CMS: what holds for all of them."""

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views import snippets

# An open editor asks every few seconds who else has it open, with a form that is empty where the
# snippet has no revisions. Twisted, below Daphne, answers an empty form with 400: it finds no part in
# it. Wagtail heeds this value of snippets with revisions alone.
NO_REVISION = "none"


class EditView(snippets.EditView):
    """The editor of a snippet."""

    def get_editing_sessions(self) -> Any:
        """Who has it open, asked with a form that holds something."""
        sessions = super().get_editing_sessions()
        if sessions is not None and not sessions.revision_id:
            sessions.revision_id = NO_REVISION
        return sessions


class SnippetViewSet(snippets.SnippetViewSet):
    """List and edit snippets."""

    edit_view_class = EditView


class LimitedPolicy(ModelPermissionPolicy):
    """Nobody, whoever it is, does more here than this: also not who may do everything elsewhere."""

    def __init__(self, model: Any, *, allowed: Iterable[str]) -> None:
        super().__init__(model)
        self.allowed = frozenset(allowed)

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether somebody may do this."""
        return action in self.allowed and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Whether somebody may do one of these."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether somebody may do this with one of them."""
        return self.user_has_permission(user, action)
