"""Pages: the caseworker's desk, and the page on which a recipient answers."""
