"""Prepared replies, for the console."""

from django.urls import path

from chat.replies import views

app_name = "replies"

urlpatterns = [path("", views.choices, name="choices")]
