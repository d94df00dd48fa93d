"""Which homes there are, and the opening and closing of them."""
