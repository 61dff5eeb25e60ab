"""What a caseworker decides about looking again (``switching``) and about whom a site itself names
(``contacting``), what the house tells a watch (``heeding``), and what the checker does (``looking``,
``reading``).

Import the modules themselves: only the checker may have the one that reaches a reported host.
"""
