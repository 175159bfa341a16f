"""Routes of the API that come in groups, for its function to include."""
