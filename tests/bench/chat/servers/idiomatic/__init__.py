"""A chat that keeps its messages, written as Django's and Channels' documentation suggest."""
