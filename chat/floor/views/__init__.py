"""The supervisor's pages: the floor now, its figures, and when the chat is open."""
