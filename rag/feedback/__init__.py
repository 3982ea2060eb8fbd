"""What readers think of the answers: kept, listed, exported, and turned into scripted questions."""
