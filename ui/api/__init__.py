"""The API for other programs, typed and documented, and tools of the Model Context Protocol."""
