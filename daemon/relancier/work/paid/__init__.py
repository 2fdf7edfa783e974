"""A bank's statements onto the cases, and what a person is asked about them."""
