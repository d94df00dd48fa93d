"""Text of requests and answers to and from values, without I/O."""
