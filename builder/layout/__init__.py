"""HTML → one finished PDF part. Only in here is WeasyPrint known."""
