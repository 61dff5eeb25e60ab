"""The supervisor's pages."""

from django.urls import path

from chat.floor.views import now

app_name = "floor"

urlpatterns = [
    path("", now.home, name="home"),
    path("<slug:slug>/", now.floor, name="floor"),
    path("<slug:slug>/capacity/", now.capacity, name="capacity"),
    path("<slug:slug>/chat/", now.chat, name="chat"),
    path("<slug:slug>/acknowledge/", now.acknowledge, name="acknowledge"),
]
