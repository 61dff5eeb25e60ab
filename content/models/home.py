"""The first page: recognise the situation, hear that it is not your fault, find a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from content.blocks import SHORT_TEXT_FEATURES
from content.models.base import PublicPage
from helpline.privacy.declare import Kept, Privacy, What


class HomePage(PublicPage):
    """Where a language of the site starts."""

    introduction = RichTextField(_("introduction"), features=SHORT_TEXT_FEATURES)
    situations_heading = models.CharField(_("heading above the situations"), max_length=120)
    comfort_heading = models.CharField(_("heading of the reassurance"), max_length=120)
    comfort = RichTextField(_("reassurance"), features=SHORT_TEXT_FEATURES)

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "page_ptr introduction situations_heading comfort_heading comfort",
        )
    )

    template = "content/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.AdviceIndexPage", "content.ContactPage", "content.InformationPage"]

    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("comfort_heading"), FieldPanel("comfort")], heading=_("Reassurance")
        ),
        FieldPanel("situations_heading"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
