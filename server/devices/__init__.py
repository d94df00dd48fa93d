"""What may act for the owner: OAuth clients, and passwords made for one device each."""
