"""How long things live, in days, unless a service says otherwise in its retention rules."""

LIFETIMES: dict[str, int | None] = {
    "always": None,  # the site's own furniture
    "chat": 30,  # from the end of a conversation
    "report": 90,  # from the moment all its links are settled
    "removal": 90,  # from the moment the last report on a location goes
    "staff": None,  # while the account exists
    "session": 1,
    "word": 1,  # from the moment a caller's one-time word ended
    "stray": 14,  # mail that belongs to no notice, from the moment it came in
    "counts": 397,  # how many chats came and how they went, for thirteen months; of nobody
    "figures": 731,  # what a chat was about, for two years; leads back to nobody
    "audit": 366,  # who read what; a day more than the triggers that keep it append-only ask
}
