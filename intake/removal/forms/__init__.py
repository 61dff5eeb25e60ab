"""The shape of what the desk and the answer page take in: a file for what belongs together."""
