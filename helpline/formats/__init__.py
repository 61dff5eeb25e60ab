"""How this site writes dates and times where a language leaves it to the country."""
