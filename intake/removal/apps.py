from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemovalConfig(AppConfig):
    name = "intake.removal"
    label = "removal"
    verbose_name = _("Removal")
    default_auto_field = "django.db.models.BigAutoField"
