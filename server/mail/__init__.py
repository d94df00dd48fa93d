"""Letters that the house sends: by the mail server that its operator named."""
