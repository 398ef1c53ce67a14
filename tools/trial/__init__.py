"""What drills and loads are made of: servers that are started for them, clients of all surfaces, and a book of what these were told."""
