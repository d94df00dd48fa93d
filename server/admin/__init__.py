"""The admin address: homes made, changed and taken away, for who shows the admin secret."""
