"""A report filled in with a caller, under /console/phone/."""

from django.urls import path

from intake.report import views

app_name = "report_phone"
urlpatterns = [
    path("", views.by_phone, name="report"),
]
