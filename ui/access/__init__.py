"""Who uses the page, and what they may do."""
