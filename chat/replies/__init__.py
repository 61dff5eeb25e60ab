"""Prepared replies that editors keep, and the pages of the site that a counsellor can share."""
