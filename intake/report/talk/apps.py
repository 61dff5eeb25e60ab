from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    name = "intake.report.talk"
    label = "talk"
    verbose_name = _("Messages about reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intake.removal import beside  # noqa: PLC0415 -- needs every model
        from intake.report.talk.beside import Talks  # noqa: PLC0415 -- needs every model

        beside.bring(Talks())
