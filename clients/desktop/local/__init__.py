"""What is this computer's own: homes and folders written down, their processes, the words."""
