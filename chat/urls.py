"""The visitor's side of the chat. The token is never in an address."""

from django.urls import path

from chat import views, views_after, views_back, views_waiting

app_name = "chat"

urlpatterns = [
    path("", views.page, name="page"),
    path("start/", views.start, name="start"),
    path("say/", views.say, name="say"),
    path("look/", views.look, name="look"),
    path("transcript/", views.transcript, name="transcript"),
    path("place/", views_waiting.place, name="place"),
    path("wait/", views_waiting.wait, name="wait"),
    path("report/", views.report, name="report"),
    path("resume/", views.resume, name="resume"),
    path("end/", views.end, name="end"),
    path("erase/", views_after.erase, name="erase"),
    path("survey/", views_after.survey, name="survey"),
    path("forget/", views.forget, name="forget"),
    path("way-back/", views_back.ask, name="way_back"),
    path("back/", views_back.back, name="back"),
]
