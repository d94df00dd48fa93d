"""What documents mean: the file tree, and later every other doctype."""
