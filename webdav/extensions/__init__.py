"""Later RFCs: what their bodies say, as values, and the plans that follow; no I/O."""
