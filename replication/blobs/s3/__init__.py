"""Contents in any store that speaks S3's protocol."""
