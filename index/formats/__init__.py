"""Formats: each module reads one kind of file, bytes in, drafts of articles out.

What parses bytes with a library of others runs in a process of its own (`isolation`), so that a file which
makes that library hang, crash or devour memory costs that file and nothing else.
"""
