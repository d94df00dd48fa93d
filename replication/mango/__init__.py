"""Mango: questions in JSON, the indexes that answer them, and the choice between those."""
