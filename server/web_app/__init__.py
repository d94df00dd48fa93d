"""The web app: its page, what it is made of, and the key it gets to the home's API."""
