"""What is known of Indonesian and English: numbers, dates, names, words, and how each is written."""
