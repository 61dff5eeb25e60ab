from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckConfig(AppConfig):
    name = "intake.removal.check"
    label = "check"
    verbose_name = _("Looking again")
    default_auto_field = "django.db.models.BigAutoField"
