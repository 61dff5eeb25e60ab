"""Real processes of a whole site, for tests in a browser and tests that kill things.

A ``Site`` runs Daphne and the worker as an operator would, on a database of its own that is a copy
of the demo site, with Valkey, and with mail, DNS and RDAP on loopback. Tests see it from outside:
by HTTP, by its logs, and by SQL.
"""

from tests.processes.making import Sites
from tests.processes.process import ROOT, Process, SiteError, daphne, free_ports
from tests.processes.site import Site, StandIns

__all__ = ["ROOT", "Process", "Site", "SiteError", "Sites", "StandIns", "daphne", "free_ports"]
