"""What a caseworker decides about looking again (``switching``), what the house tells a watch
(``heeding``), and what the checker does (``looking``).

Import the modules themselves: only the checker may have the one that reaches a reported host.
"""
