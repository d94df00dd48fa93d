"""What somebody may do with which documents: rules, sets of them, and how they are written down."""
