"""What was last seen in the home, on the disk, and agreed on by both."""
