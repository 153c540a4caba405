"""Addresses of pictures → files in the screenshots' folder, recorded in the lock file."""
