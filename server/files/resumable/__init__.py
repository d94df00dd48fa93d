"""Uploads that go on where they were cut off, by the protocol of tus.io, version 1.0."""
