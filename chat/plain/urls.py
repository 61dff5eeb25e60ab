"""The plain desk, under the console."""

from django.urls import path

from chat.plain import views, views_frames

app_name = "plain"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("news/", views_frames.news, name="news"),
    path("<uuid:number>/", views.chat, name="chat"),
    path("<uuid:number>/transcript/", views_frames.transcript, name="transcript"),
]
