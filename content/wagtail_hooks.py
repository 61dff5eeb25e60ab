"""What editors meet in the CMS besides pages: the hours, the banner and the help numbers."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from helpline.services.models import Banner, HelpNumber, Holiday, OpeningHours, Service
from helpline.snippets import SnippetViewSet


def language_panel() -> FieldPanel:
    """One of the site's languages, chosen rather than typed."""
    return FieldPanel("language", widget=forms.Select(choices=settings.LANGUAGES))


class ServiceViewSet(SnippetViewSet):
    """The line itself: open or closed by hand, phone and mail."""

    model = Service
    icon = "group"
    list_display = ["name", "chat_open", "phone", "mail"]
    panels = [
        FieldPanel("name"),
        FieldPanel("chat_open"),
        FieldRowPanel([FieldPanel("full_limit"), FieldPanel("last_entry_minutes")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("mail")]),
        FieldRowPanel([FieldPanel("silence_minutes"), FieldPanel("grace_minutes")]),
        FieldRowPanel([FieldPanel("breath_minutes"), FieldPanel("heavy_in_a_row")]),
        FieldRowPanel([FieldPanel("long_wait_minutes"), FieldPanel("very_long_wait_minutes")]),
    ]


class OpeningHoursViewSet(SnippetViewSet):
    """The timetable of the chat, a stretch at a time."""

    model = OpeningHours
    icon = "time"
    list_display = ["weekday", "opens", "closes", "service"]
    panels = [
        FieldPanel("service"),
        FieldPanel("weekday"),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
    ]


class HolidayViewSet(SnippetViewSet):
    """Dates with other hours, or none."""

    model = Holiday
    icon = "date"
    list_display = ["date", "name", "opens", "closes", "service"]
    panels = [
        FieldPanel("service"),
        FieldRowPanel([FieldPanel("date"), FieldPanel("name")]),
        FieldRowPanel(
            [FieldPanel("opens"), FieldPanel("closes")],
            help_text=_("Leave both empty when the chat stays closed."),
        ),
    ]


class BannerViewSet(SnippetViewSet):
    """The urgent line above every page."""

    model = Banner
    icon = "warning"
    list_display = ["text", "language", "shown"]
    panels = [language_panel(), FieldPanel("text"), FieldPanel("shown")]


class HelpNumberViewSet(SnippetViewSet):
    """The lines that help when we cannot, and what texts name each of them for."""

    model = HelpNumber
    icon = "mobile-alt"
    list_display = ["name", "number", "hours", "audience", "purpose", "language"]
    panels = [
        language_panel(),
        FieldRowPanel([FieldPanel("name"), FieldPanel("number")]),
        FieldPanel("hours"),
        FieldPanel("audience"),
        FieldRowPanel([FieldPanel("purpose"), FieldPanel("everywhere")]),
        FieldPanel("position"),
    ]


class HelpViewSetGroup(SnippetViewSetGroup):
    """Everything an editor must be able to change in a hurry, in one place of the menu."""

    menu_label = _("Hours and help")
    menu_icon = "help"
    menu_order = 200
    items = (
        ServiceViewSet,
        OpeningHoursViewSet,
        HolidayViewSet,
        BannerViewSet,
        HelpNumberViewSet,
    )


register_snippet(HelpViewSetGroup)
