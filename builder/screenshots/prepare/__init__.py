"""A picture and what was seen on it → what is printed: masked, cropped, encoded."""
