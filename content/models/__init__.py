"""Pages and settings of the public site. Nothing about a visitor or a case is ever stored here."""

from content.models.advice import AdviceIndexPage, AdvicePage
from content.models.contact import ContactPage, ContactSettings
from content.models.home import HomePage
from content.models.information import InformationPage

__all__ = [
    "AdviceIndexPage",
    "AdvicePage",
    "ContactPage",
    "ContactSettings",
    "HomePage",
    "InformationPage",
]
