from django.urls import path

from helpline.staff import views, views_people

app_name = "staff"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", views.code, name="code"),
    path("enrol/", views.enrol, name="enrol"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("join/<str:token>/", views_people.join, name="join"),
    path("people/", views_people.people, name="people"),
    path("people/invite/", views_people.invite, name="invite"),
    path("people/<int:number>/", views_people.person, name="person"),
    path("people/<int:number>/invite-again/", views_people.invite_again, name="invite-again"),
    path("people/<int:number>/off/", views_people.deactivate, name="deactivate"),
    path("people/<int:number>/on/", views_people.reactivate, name="reactivate"),
    path("people/<int:number>/reset/", views_people.ask_reset, name="ask-reset"),
    path("people/resets/<int:number>/agree/", views_people.agree_reset, name="agree-reset"),
    path(
        "people/resets/<int:number>/withdraw/", views_people.withdraw_reset, name="withdraw-reset"
    ),
]
