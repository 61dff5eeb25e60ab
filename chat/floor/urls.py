"""The supervisor's pages."""

from django.urls import path

from chat.floor.views import figures, now, timetable

app_name = "floor"

urlpatterns = [
    path("", now.home, name="home"),
    path("<slug:slug>/", now.floor, name="floor"),
    path("<slug:slug>/capacity/", now.capacity, name="capacity"),
    path("<slug:slug>/chat/", now.chat, name="chat"),
    path("<slug:slug>/acknowledge/", now.acknowledge, name="acknowledge"),
    path("<slug:slug>/debrief/", now.debrief, name="debrief"),
    path("<slug:slug>/figures/", figures.figures, name="figures"),
    path("<slug:slug>/figures.csv", figures.export, name="figures_csv"),
    path("<slug:slug>/hours/", timetable.hours, name="hours"),
]
