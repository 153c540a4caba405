"""What is finished is read back, judged, and put into `output/` as a whole."""
