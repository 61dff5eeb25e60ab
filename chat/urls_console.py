"""The counsellor's side of the chat."""

from django.urls import path

from chat import views_console

app_name = "chat_console"

urlpatterns = [
    path("", views_console.console, name="home"),
    path("presence/", views_console.presence, name="presence"),
    path("queue/", views_console.choices, name="choices"),
]
