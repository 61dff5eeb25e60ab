"""How fast reports may come in. Whoever comes too fast is slowed, and nobody is refused."""
