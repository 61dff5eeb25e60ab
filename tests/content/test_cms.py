"""What editors find in the CMS, what they may do there, and what never stands in it."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from content.models import AdvicePage, ContactSettings, HomePage
from helpline.services.models import Banner, HelpNumber, OpeningHours, Service
from helpline.staff.models import User

pytestmark = pytest.mark.django_db

# Models of ours that editors may meet: public, or naming nobody.
IN_THE_CMS = {
    "services.Service",
    "services.OpeningHours",
    "services.Holiday",
    "services.Banner",
    "services.HelpNumber",
    "recipients.Recipient",
    "removal.LegalGround",
    "removal.Route",
    "removal.GroundRoute",
    "replies.PreparedReply",
}


def _signed_in(role: str) -> Client:
    user = User.objects.create_user(f"the-{role}", password="long enough to be right")
    user.groups.add(Group.objects.get(name=role))
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    client = Client()
    client.force_login(user)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client


@pytest.fixture
def editor(demo_site: None) -> Client:
    return _signed_in("editor")


def test_the_cms_holds_no_case_data() -> None:
    snippets = {model._meta.label for model in get_snippet_models()}
    pages = {model._meta.app_label for model in get_page_models()}

    assert snippets <= IN_THE_CMS
    assert pages <= {"content", "wagtailcore"}


@pytest.mark.parametrize("role", ["counsellor", "caseworker", "supervisor"])
def test_other_roles_have_no_business_in_the_cms(role: str) -> None:
    """They are told so: sent to the sign-in they would be sent back, without end."""
    colleague = _signed_in(role)
    answers = [colleague.get(f"/cms/{page}") for page in ("", "snippets/recipients/recipient/")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_wagtails_own_groups_are_gone() -> None:
    assert not Group.objects.filter(name__in=("Editors", "Moderators")).exists()


def test_an_editor_may_publish_pages_and_edit_hours(editor: Client) -> None:
    user = User.objects.get(username="the-editor")
    home = HomePage.objects.get(locale__language_code="nl")
    allowed = home.permissions_for_user(user)

    assert allowed.can_edit()
    assert allowed.can_publish()
    assert allowed.can_add_subpage()
    for permission in (
        "services.change_service",
        "services.add_openinghours",
        "services.delete_holiday",
        "services.change_banner",
        "services.change_helpnumber",
        "content.change_contactsettings",
        "simple_translation.submit_translation",
    ):
        assert user.has_perm(permission), permission
    assert not user.has_perm("services.delete_service")


def _admin_addresses() -> Iterator[str]:
    page = AdvicePage.objects.get(slug="druk")
    yield "/cms/"
    yield f"/cms/pages/{page.pk}/edit/"
    yield f"/cms/pages/{page.get_parent().pk}/"
    yield f"/cms/pages/add/content/advicepage/{page.get_parent().pk}/"
    yield f"/cms/pages/{page.pk}/history/"
    yield "/cms/images/"
    yield reverse(
        "wagtailsettings:edit",
        args=["content", "contactsettings", ContactSettings.objects.get().site_id],
    )
    for model in (Service, OpeningHours, Banner, HelpNumber):
        yield f"/cms/snippets/services/{model._meta.model_name}/"
    for model in (OpeningHours, Banner, HelpNumber):
        yield f"/cms/snippets/services/{model._meta.model_name}/add/"
    yield f"/cms/snippets/services/service/edit/{Service.objects.get().pk}/"


def test_every_page_an_editor_needs_opens(editor: Client) -> None:
    for address in _admin_addresses():
        response = editor.get(address)
        assert response.status_code == 200, (address, response.status_code)


def test_an_editor_shows_the_banner_and_readers_see_it(editor: Client) -> None:
    response = editor.post(
        "/cms/snippets/services/banner/add/",
        {"language": "nl", "text": "De chat is vandaag dicht.", "shown": "on"},
    )

    assert response.status_code == 302
    assert "De chat is vandaag dicht." in Client().get("/nl/").content.decode()
    assert "De chat is vandaag dicht." not in Client().get("/en/").content.decode()


def test_an_editor_previews_a_draft_that_nobody_keeps(editor: Client) -> None:
    page = AdvicePage.objects.get(slug="druk")
    page.summary = "Een nieuwe samenvatting."
    page.save_revision()

    response = editor.get(f"/cms/pages/{page.pk}/view_draft/")

    assert response.status_code == 200
    assert "Een nieuwe samenvatting." in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "Een nieuwe samenvatting." not in Client().get("/nl/advies/druk/").content.decode()


def test_a_page_keeps_to_its_place_in_the_tree() -> None:
    assert AdvicePage.allowed_subpage_models() == []
    assert [m.__name__ for m in HomePage.allowed_parent_page_models()] == ["Page"]
    assert Page.objects.filter(depth=1).exists()


def test_every_page_model_of_ours_shares_the_way_of_serving() -> None:
    for model in get_page_models():
        if model._meta.app_label == "content":
            assert model.private_page_options == []
            assert not any(
                "seo_title" in getattr(child, "field_name", "")
                for panel in model.promote_panels
                for child in getattr(panel, "children", [])
            )
