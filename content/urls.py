"""What search engines ask for, and the pictures that editors placed."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("media/images/<str:name>", views.picture, name="picture"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
