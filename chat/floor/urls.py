"""The supervisor's pages."""

from django.urls import path

from chat.floor import views

app_name = "floor"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.floor, name="floor"),
    path("<slug:slug>/capacity/", views.capacity, name="capacity"),
    path("<slug:slug>/chat/", views.chat, name="chat"),
    path("<slug:slug>/acknowledge/", views.acknowledge, name="acknowledge"),
]
