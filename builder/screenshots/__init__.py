"""From a picture's address to a picture that may be printed: download, inspect, mask, crop, encode."""
