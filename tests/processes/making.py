"""Makes sites; the demo content is loaded once and copied for each."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests import databases
from tests.processes.process import ROOT, SiteError
from tests.processes.site import Site, StandIns
from tests.standins.dns import name_server
from tests.standins.rdap import register
from tests.standins.smtp import mail_server

# 0 belongs to the tests in this process; a later site has that of one that was stopped.
VALKEY_DATABASES = range(1, 16)


class Sites:
    """Makes sites; the demo content is loaded once and copied for each."""

    def __init__(self, folder: Path, *, embedded: bool) -> None:
        self.folder = folder
        self.embedded = embedded
        self.made = 0
        self._demo: Path | None = None

    @contextlib.contextmanager
    def open(
        self,
        *,
        webs: int = 1,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
        application: str = "helpline.asgi:application",
    ) -> Iterator[Site]:
        """A running site until the block ends. ``environment`` goes before everything else."""
        self.made += 1
        with contextlib.ExitStack() as stack:
            zone: dict[str, dict[str, list[str]]] = {}
            standins = StandIns(
                stack.enter_context(mail_server()),
                stack.enter_context(name_server(zone)),
                stack.enter_context(register({})),
                zone,
            )
            site = Site(
                f"site{self.made}",
                self.folder / f"site{self.made}",
                self.embedded,
                VALKEY_DATABASES[self.made % len(VALKEY_DATABASES)],
                standins,
                extra=dict(environment or {}),
                application=application,
            )
            shutil.copytree(self.demo(), site.folder)
            self._copy_databases("demo", site)
            if not self.embedded:
                site.empty_valkey()
            try:
                site.start(webs=webs, workers=workers)
                yield site
            finally:
                site.stop()
                if not self.embedded:
                    databases.drop(site.name)

    def demo(self) -> Path:
        """The folder of the demo site that others are copies of: its key file above all."""
        if self._demo is None:
            folder = self.folder / "demo"
            folder.mkdir(parents=True)
            (folder / "static").mkdir()
            if self.embedded:
                (folder / "databases").mkdir()
                for alias in databases.ALIASES:
                    shutil.copyfile(
                        Path(os.environ["HELPLINE_TEST_SQLITE"]) / f"template_{alias}.sqlite3",
                        databases.sqlite_file("demo", alias, folder=folder / "databases"),
                    )
            else:
                databases.clone("demo")
            done = subprocess.run(
                [sys.executable, "-m", "tests.template", "demo"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "helpline.settings.test",
                    "HELPLINE_TEST_ENGINE": "embedded" if self.embedded else "postgres",
                    "HELPLINE_TEST_DATABASES": "demo",
                    "HELPLINE_VAR": str(folder),
                },
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SiteError(f"The demo site could not be made:\n{done.stderr[-4000:]}")
            self._demo = folder
        return self._demo

    def _copy_databases(self, origin: str, site: Site) -> None:
        if not self.embedded:
            databases.clone(site.name, template=origin)
            return
        folder = site.folder / "databases"
        for alias in databases.ALIASES:
            databases.sqlite_file(origin, alias, folder=folder).rename(
                databases.sqlite_file(site.name, alias, folder=folder)
            )


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Makes sites on PostgreSQL and Valkey, or on the engine of this run."""
    embedded = os.environ.get("HELPLINE_TEST_ENGINE") == "embedded"
    return Sites(Path(os.environ["HELPLINE_TEST_RUN"]) / "sites", embedded=embedded)


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    """One site with a web server and a worker, for all tests of a module."""
    with sites.open() as site:
        yield site
