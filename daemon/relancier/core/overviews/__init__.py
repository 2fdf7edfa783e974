"""What people read about many cases: the digest, the report, the legal file."""
