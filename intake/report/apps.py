from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportConfig(AppConfig):
    name = "intake.report"
    label = "report"
    verbose_name = _("Reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intake.removal import beside  # noqa: PLC0415 -- needs every model
        from intake.report import checks  # noqa: F401, PLC0415 -- registers, needs the apps
        from intake.report.beside import Reports  # noqa: PLC0415 -- needs every model

        beside.bring(Reports())
