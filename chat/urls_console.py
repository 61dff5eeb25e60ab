"""The counsellor's side of the chat."""

from django.urls import path

from chat import views_console
from chat.aftercare import views as aftercare

app_name = "chat_console"

urlpatterns = [
    path("", views_console.console, name="home"),
    path("presence/", views_console.presence, name="presence"),
    path("queue/", views_console.choices, name="choices"),
    path("wrap-up/<uuid:number>/", aftercare.wrap_up, name="wrap_up"),
    path("stay/", views_console.stay, name="stay"),
]
