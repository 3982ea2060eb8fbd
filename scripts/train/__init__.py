"""Training of the reader: mine hard negatives, train, choose the decision, pack the weights."""
