"""A WOPI host: documents for Collabora, ONLYOFFICE and whoever else speaks it (MS-WOPI)."""
