"""A report and its status page, under the site's language."""

from django.urls import path

from intake.report import views

app_name = "report"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("status/", views.status, name="status"),
]
