"""The press desk: pages that read the whole library for one purpose, each a tab."""
