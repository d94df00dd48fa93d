"""Documents, revisions, changes, checkpoints and blobs: the ground every other floor stands on."""
