"""The site's legal knowledge in the CMS: laws, procedures and sources, nothing about any case.

An administrator reads a source and switches on what it bears out. The words of a notice, and what a
pair demands, are in the code.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from helpline.snippets import LimitedPolicy, SnippetViewSet
from intake.recipients.states import Kind
from intake.removal.actions.law import Law
from intake.removal.forms.law import LawForm
from intake.removal.models import Element, GroundRoute, LegalGround, Route


class ReadPanel(FieldPanel):
    """A field to be read; a list and a yes or no as words."""

    # Of fields that are called after what they lead to.
    HEADINGS = {"ground": _("Ground"), "route": _("Route")}

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        heading = self.HEADINGS.get(field_name, "")
        super().__init__(field_name, **{"heading": heading, **kwargs, "read_only": True})

    def format_value_for_display(self, value: Any) -> Any:
        """The labels of kinds of recipients, and of elements."""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, list):
            labels = {**dict(Kind.choices), **dict(Element.choices)}
            return ", ".join(str(labels.get(each, each)) for each in value)
        return super().format_value_for_display(value)


class LawViewSet(SnippetViewSet):
    """List and switch. Nothing is added or deleted here: the data file is where that is done."""

    icon = "doc-full"
    inspect_view_enabled = False
    copy_view_enabled = False
    shown: Sequence[str] = ()
    changed: Sequence[str] = ("source", "verified")

    @cached_property
    def permission_policy(self) -> LimitedPolicy:
        """What is there can be changed, and nothing comes or goes."""
        return LimitedPolicy(self.model, allowed=("change", "view"))

    def get_edit_handler(self) -> Any:
        """What it is, to be read; then what may be changed."""
        return ObjectList(
            [
                *(ReadPanel(name) for name in self.shown),
                *(FieldPanel(name) for name in self.changed),
            ],
            base_form_class=LawForm,
        ).bind_to_model(self.model)


class GroundViewSet(LawViewSet):
    """Why something should go."""

    model = LegalGround
    list_display = ["__str__", "jurisdiction", BooleanColumn("verified", label=_("Verified"))]
    shown = (
        *("name_nl", "name_en", "law_nl", "law_en", "jurisdiction"),
        *("needs_not_agreed", "needs_recognisable", "needs_private"),
    )
    changed = ("urgent", "source", "verified")


class RouteViewSet(LawViewSet):
    """By which procedure."""

    model = Route
    list_display = ["__str__", BooleanColumn("verified", label=_("Verified"))]
    shown = ("name_nl", "name_en", "kinds")


class PairViewSet(LawViewSet):
    """Which of them fit."""

    model = GroundRoute
    list_display = ["__str__", "clock_hours", BooleanColumn("verified", label=_("Verified"))]
    shown = ("ground", "route", "template", "required", "needs_mandate")
    changed = (
        *("clock_hours", "clock_source", "chasers", "chasers_alone"),
        *("source", "verified"),
    )


class LawGroup(SnippetViewSetGroup):
    """The three together in the menu."""

    items = (GroundViewSet, RouteViewSet, PairViewSet)
    menu_label = _("Law")
    menu_icon = "doc-full"
    menu_order = 805


register_snippet(LawGroup)


@hooks.register("before_delete_snippet")  # type: ignore[untyped-decorator]  # Wagtail has no types
def keep_every_law(request: HttpRequest, snippets: Sequence[Any]) -> None:
    """Refuse to delete a law. Deleting several at once asks no policy but that of Django, which lets
    a superuser do all; and without its pair nothing could go to the hotline any more."""
    if any(isinstance(each, Law) for each in snippets):
        raise PermissionDenied
