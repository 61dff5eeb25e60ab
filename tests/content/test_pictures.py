"""Editors' pictures: they set the mood, tell nothing, and say nothing of where they were taken."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow
from pytest_django import Settings
from wagtail.images.models import Image

from content.models import AdvicePage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

PLACE = b"taken in the street where somebody lives"


@pytest.fixture
def picture(settings: Settings, tmp_path: Path) -> Image:
    settings.MEDIA_ROOT = tmp_path
    exif = Pillow.Exif()
    exif[0x010E] = PLACE.decode()  # ImageDescription
    file = BytesIO()
    Pillow.new("RGB", (1200, 800), "teal").save(file, "JPEG", exif=exif)
    assert PLACE in file.getvalue()
    return Image.objects.create(
        title="Calm", file=SimpleUploadedFile("calm.jpg", file.getvalue(), "image/jpeg")
    )


def _address(client: Client, picture: Image) -> str:
    page = AdvicePage.objects.get(slug="druk")
    page.body.append(("picture", {"image": picture}))
    page.save_revision().publish()
    html = client.get("/nl/advies/druk/").content.decode()
    tag = html[html.index("<img") :].split(">")[0]
    assert 'alt=""' in tag
    return tag.split('src="')[1].split('"')[0]


# Wagtail leaves the file in which it makes a size to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_is_served_from_here_without_its_place(client: Client, picture: Image) -> None:
    response = client.get(_address(client, picture))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file

    assert response["Content-Type"] == "image/webp"
    assert not response.cookies
    assert Pillow.open(BytesIO(content)).size == (960, 640)
    assert PLACE not in content


def test_the_uploaded_file_itself_is_not_served(client: Client, picture: Image) -> None:
    name = Path(picture.file.name).name

    for address in (
        f"/media/original_images/{name}",
        f"/media/images/{name}",
        f"/media/images/../original_images/{name}",
        f"/media/images/%2e%2e%2foriginal_images%2f{name}",
        "/media/images/",
    ):
        assert client.get(address, follow=True).status_code == 404, address


def test_the_public_has_no_way_to_upload(client: Client) -> None:
    for address in ("/nl/", "/nl/advies/druk/", "/nl/contact/"):
        html = client.get(address).content.decode()
        assert 'type="file"' not in html
        assert "multipart/form-data" not in html
