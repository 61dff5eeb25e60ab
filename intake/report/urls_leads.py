"""What was told without a link, for caseworkers, under /console/desk/without-link/."""

from django.urls import path

from intake.report.views import leads

app_name = "leads"
urlpatterns = [
    path("", leads.waiting, name="waiting"),
    path("<int:lead_id>/", leads.lead, name="lead"),
    path("<int:lead_id>/settle/", leads.settle, name="settle"),
]
