"""One client's PDF: their exchanges only, with their values in the steps."""
