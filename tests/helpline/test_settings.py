"""Production takes every value from its surroundings, and says which one is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.production import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
READ = """
import importlib
from django.core.exceptions import ImproperlyConfigured
names = {names!r}
import os
for name in names:
    kept = os.environ.pop(name)
    try:
        import helpline.settings.production as settings
        importlib.reload(settings)
    except ImproperlyConfigured as error:
        print(name, "|", error)
    else:
        print(name, "| no complaint")
    os.environ[name] = kept
"""


def read(code: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run code as a production site would start: with nothing from this test run."""
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, **changes}
    return subprocess.run(  # noqa: S603 -- the code below
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def complaints() -> dict[str, str]:
    """What is said when one value is missing, for each."""
    done = read(READ.format(names=list(PRODUCTION)))
    assert done.returncode == 0, done.stderr
    return dict(line.split(" | ", 1) for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", PRODUCTION)
def test_missing_value_is_named_with_what_to_put_there(
    name: str, complaints: dict[str, str]
) -> None:
    assert complaints[name].startswith(f"{name} is not set. Put there: ")
    assert len(complaints[name].split("Put there: ")[1]) > 15
    assert f"{name}_FILE" in complaints[name]


def test_value_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file, long enough and with many different characters 0123456789")
    done = read(
        "import os; del os.environ['SECRET_KEY'];"
        "from helpline.settings.production import SECRET_KEY; print(SECRET_KEY)",
        SECRET_KEY_FILE=str(secret),
    )
    assert done.stdout.strip() == secret.read_text(), done.stderr


def test_production_switches_the_safe_things_on() -> None:
    done = read(
        "from helpline.settings.production import *;"
        "print(DEBUG, HELPLINE_DEMO, SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE,"
        " CSRF_COOKIE_SECURE, EMAIL_USE_TLS, SECURE_HSTS_SECONDS >= 31536000)"
    )
    assert done.stdout.split() == ["False", "False", *["True"] * 5], done.stderr


def test_demo_cannot_be_switched_on_from_outside() -> None:
    done = read(
        "from helpline.settings.production import HELPLINE_DEMO, DEBUG; print(HELPLINE_DEMO, DEBUG)",
        HELPLINE_DEMO="1",
        HELPLINE_DEBUG="1",
    )
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    "value", ['["partner"]', "null", "3", '"partner"', "partner", "{", '["whsec_AAAA"]']
)
def test_webhooks_that_are_no_object_are_named_without_their_secret(value: str) -> None:
    done = read("import helpline.settings.production", HELPLINE_WEBHOOKS=value)
    *_trace, said = done.stderr.splitlines()
    assert said.endswith(
        "HELPLINE_WEBHOOKS is not a JSON object."
        ' Put there: {"name": {"url": "https://…", "secret": "whsec_…"}}'
    )
    assert "AAAA" not in done.stderr


@pytest.mark.parametrize("value", ["", " ", "{}"])
def test_no_webhooks_at_all_is_fine(value: str) -> None:
    done = read(
        "from helpline.settings.production import HELPLINE_WEBHOOKS; print(HELPLINE_WEBHOOKS)",
        HELPLINE_WEBHOOKS=value,
    )
    assert done.stdout.strip() == "{}", done.stderr
