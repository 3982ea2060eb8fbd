"""Accounts, log-in, and who may do what."""
