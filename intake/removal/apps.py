from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemovalConfig(AppConfig):
    name = "intake.removal"
    label = "removal"
    verbose_name = _("Removal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intake.removal import beside  # noqa: PLC0415 -- needs every model
        from intake.removal.beside_mail import Mail  # noqa: PLC0415 -- needs every model

        beside.bring(Mail())
