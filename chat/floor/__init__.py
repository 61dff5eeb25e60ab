"""The supervisor's floor: who waits, who is on, what needs somebody now, and the figures of it."""
