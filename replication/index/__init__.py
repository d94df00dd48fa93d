"""Views and Mango indexes: rows computed from documents, kept in key order, brought up to date."""
