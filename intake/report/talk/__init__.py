"""Words between the holder of a return code and the caseworkers who work on the report."""
