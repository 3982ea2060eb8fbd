"""The way in for other programs: a typed API with its reference, and tools of the Model Context Protocol."""
