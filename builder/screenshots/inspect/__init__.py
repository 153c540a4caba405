"""A picture → what is seen on it: words, codes, marks, and what must be covered."""
