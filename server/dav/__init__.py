"""The files of an instance over WebDAV."""
