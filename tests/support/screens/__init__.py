"""Pictures of every page and state of the web app, for people to look at."""
