"""Dossiers of reports, for caseworkers, under /console/desk/dossiers/."""

from django.urls import path

from intake.report.views import dossiers

app_name = "dossiers"
urlpatterns = [
    path("", dossiers.agreed, name="agreed"),
    path("<uuid:report_id>/", dossiers.dossier, name="dossier"),
    path("<uuid:report_id>/make/", dossiers.make, name="make"),
]
