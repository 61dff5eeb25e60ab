"""How much chat one server process carries, beside servers that do less of the same work."""
