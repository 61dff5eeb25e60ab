"""The directory in the CMS: organisations only, nothing about any case."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView

from helpline.snippets import LimitedPolicy, SnippetViewSet
from intake.recipients.forms import RecipientForm
from intake.recipients.models import Recipient
from intake.recipients.permissions import confirm_entries
from intake.recipients.views import export


class RecipientIndexView(IndexView):
    """The list, with the whole directory as a file for an administrator."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What stands in the menu above the list."""
        buttons: list[Button] = super().header_more_buttons
        if confirm_entries(self.request.user):
            buttons += [
                Button(
                    label,
                    url=reverse("recipients_export", args=[kind]),
                    icon_name="download",
                    priority=90,
                )
                for kind, label in (("toml", _("Export as TOML")), ("csv", _("Export as CSV")))
            ]
        return buttons


class RecipientViewSet(SnippetViewSet):
    """List, search, export and edit recipients. Whom nobody writes to any more is out of use: what
    was sent, looked up and answered names them."""

    model = Recipient
    index_view_class = RecipientIndexView
    icon = "mail"
    menu_label = _("Recipients")
    add_to_admin_menu = True
    menu_order = 800
    inspect_view_enabled = False
    copy_view_enabled = False
    list_display = [
        "name",
        "kind",
        "channel",
        BooleanColumn("active", label=_("In use"), sort_key="active"),
        DateColumn("verified_at", label=_("Confirmed"), sort_key="verified_at"),
    ]
    list_filter = ["kind", "channel", "active", "hostile", "xarf", "language"]
    search_fields = ["name", "address", "domains__suffix"]
    list_export = [
        "name",
        "kind",
        "channel",
        "address",
        "form_url",
        "deep_link",
        "connection",
        "language",
        "languages",
        "country",
        "time_zone",
        "office_days",
        "opens_at",
        "closes_at",
        "trusted_flagger",
        "deadline_hours",
        "needs",
        "answers_200_when_gone",
        "xarf",
        "hostile",
        "active",
        "verified_at",
        "source_url",
        "source_date",
        "source_read_on",
        "notes",
    ]
    export_filename = "recipients"

    @cached_property
    def permission_policy(self) -> LimitedPolicy:
        """Who may do what."""
        return LimitedPolicy(self.model, allowed=("add", "change", "view"))

    def get_edit_handler(self) -> Any:
        """The form, by what somebody wants to know first."""
        return ObjectList(
            [
                FieldPanel("name"),
                FieldPanel("kind"),
                FieldPanel("service"),
                FieldPanel("domain_lines"),
                MultiFieldPanel(
                    [
                        FieldPanel("channel"),
                        FieldPanel("address"),
                        FieldPanel("form_url"),
                        FieldPanel("deep_link"),
                        FieldPanel("connection"),
                        FieldPanel("language"),
                        FieldPanel("languages"),
                        FieldPanel("xarf"),
                        FieldPanel("hostile"),
                    ],
                    heading=_("How to reach them"),
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("needs"),
                        FieldPanel("deadline_hours"),
                        FieldPanel("trusted_flagger"),
                        FieldPanel("answers_200_when_gone"),
                    ],
                    heading=_("How they work"),
                ),
                MultiFieldPanel(
                    [
                        FieldPanel("country"),
                        FieldPanel("time_zone"),
                        FieldPanel("office_days"),
                        FieldPanel("opens_at"),
                        FieldPanel("closes_at"),
                    ],
                    heading=_("When they work"),
                ),
                FieldPanel("notes"),
                MultiFieldPanel(
                    [
                        FieldPanel("source_url"),
                        FieldPanel("source_date"),
                        FieldPanel("source_read_on"),
                    ],
                    heading=_("Where this was found"),
                ),
                FieldPanel("confirmed"),
            ],
            base_form_class=RecipientForm,
        ).bind_to_model(self.model)


register_snippet(RecipientViewSet)


@hooks.register("before_delete_snippet")  # type: ignore[untyped-decorator]  # Wagtail has no types
def keep_every_recipient(request: HttpRequest, snippets: Sequence[Any]) -> None:
    """Refuse to delete a recipient. Deleting several at once asks no policy but that of Django, which
    lets a superuser do all."""
    if any(isinstance(each, Recipient) for each in snippets):
        raise PermissionDenied


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail has no types
def export_urls() -> list[URLPattern]:
    """The directory as a file."""
    return [path("recipients/export.<slug:kind>", export, name="recipients_export")]
