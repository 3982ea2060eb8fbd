"""Evaluation: scripted questions, retrieval and reading, measured the way evaluators publish it."""
