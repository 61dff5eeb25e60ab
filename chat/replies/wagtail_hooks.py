"""Prepared replies in the CMS: texts of the house, nothing about anybody."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet

from chat.replies.models import PreparedReply
from helpline.snippets import SnippetViewSet


class PreparedReplyViewSet(SnippetViewSet):
    """List, search, edit and translate prepared replies."""

    model = PreparedReply
    icon = "openquote"
    menu_label = _("Prepared replies")
    add_to_admin_menu = True
    menu_order = 810
    list_display = ["title", "service", BooleanColumn("active", label=_("In use"))]
    list_filter = ["service", "active"]
    search_fields = ["title", "search_words", "text"]
    panels = [
        FieldPanel("title"),
        FieldPanel("search_words"),
        FieldPanel("text"),
        FieldPanel("service"),
        FieldPanel("active"),
    ]


register_snippet(PreparedReplyViewSet)
