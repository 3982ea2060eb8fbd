"""What the program knows of Indonesian and English: numbers, dates, names, words, and how each writes
them.
"""
