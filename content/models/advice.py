"""Advice: one page per situation, and the list of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from content.blocks import SHORT_TEXT_FEATURES, PageBody
from content.models.base import PublicPage
from content.states import Group
from helpline.privacy.declare import Kept, Privacy, What


class AdviceIndexPage(PublicPage):
    """The list of advice by situation."""

    introduction = RichTextField(_("introduction"), features=SHORT_TEXT_FEATURES)

    privacy = Privacy(Kept(What.PUBLIC, "always", "page_ptr introduction"))

    template = "content/advice_index_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.AdvicePage"]
    content_panels = [*PublicPage.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("list of advice")
        verbose_name_plural = _("lists of advice")


class AdvicePage(PublicPage):
    """What to do in one situation."""

    situation = models.CharField(
        _("situation"),
        max_length=120,
        help_text=_("What happened, as a visitor would say it: it is the link to this page."),
    )
    summary = models.CharField(
        _("summary"),
        max_length=240,
        help_text=_("One or two sentences under the link and at the top of the page."),
    )
    group = models.CharField(_("group"), max_length=10, choices=Group, default=Group.IMAGE)
    body = StreamField(PageBody(), verbose_name=_("advice"))

    privacy = Privacy(Kept(What.PUBLIC, "always", "page_ptr situation summary group body"))

    template = "content/advice_page.html"
    parent_page_types = ["content.AdviceIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("situation"),
        FieldPanel("summary"),
        FieldPanel("group"),
        FieldPanel("body"),
    ]
    search_fields = [
        *PublicPage.search_fields,
        index.SearchField("situation"),
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("advice page")
        verbose_name_plural = _("advice pages")
