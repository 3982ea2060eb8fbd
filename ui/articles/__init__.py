"""The articles' own pages: the list, the reading view, removing and uploading."""
