"""How to reach a person, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField

from content.blocks import TEXT_FEATURES, PageBody
from content.models.base import PublicPage
from helpline.privacy.declare import Kept, Privacy, What


class ContactSettings(BaseSiteSetting):
    """Which service the pages of a site speak for: its hours, phone number and mail address."""

    service = models.ForeignKey(
        "services.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service"),
        help_text=_(
            "The line whose opening hours, phone number and mail address the pages show."
            " Without a choice: the first one. The hours themselves are under “Hours and help”."
        ),
    )

    privacy = Privacy(Kept(What.PUBLIC, "always", "id site service"))

    panels = [FieldPanel("service")]
    select_related = ["service"]

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")


register_setting(ContactSettings, icon="mail")


class ContactPage(PublicPage):
    """Chat, phone and mail, with the opening hours of the site's service."""

    introduction = RichTextField(_("introduction"), features=TEXT_FEATURES)
    body = StreamField(PageBody(), blank=True, verbose_name=_("text below the hours"))

    privacy = Privacy(Kept(What.PUBLIC, "always", "page_ptr introduction body"))

    template = "content/contact_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")
