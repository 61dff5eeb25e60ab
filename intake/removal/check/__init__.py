"""Is a reported page still there? The one part of the house that reaches reported hosts.

``outside`` asks for the head of one answer, ``asking`` says what that answer means, ``judging``
what several of them mean over time. Which pages are asked at all a person decides, one by one. So it
is with ``security_txt``, in which a site says how it is reached.
"""
