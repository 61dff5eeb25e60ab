"""Workers are killed while notices leave, at twelve named points, and nothing goes out twice."""
