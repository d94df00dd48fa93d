"""Questions about JSON documents: selectors, and the order of JSON values."""
