"""The pages that are connected: a visitor's and a counsellor's, by socket or by long poll."""
