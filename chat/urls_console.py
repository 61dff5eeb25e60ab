"""The counsellor's side of the chat."""

from django.urls import path

from chat import views_console

app_name = "chat_console"

urlpatterns = [path("", views_console.console, name="home")]
