from django.apps import AppConfig


class HelplineConfig(AppConfig):
    """The wiring as an app, so that its templates, static files and commands are found."""

    name = "helpline"
    label = "helpline"
