"""What Nextcloud's and ownCloud's clients speak: OCS, and WebDAV in their dialect."""
