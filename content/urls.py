"""What search engines ask for."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
