"""A folder of blobs that tells who has the disk nothing but how many there are, and how large."""
