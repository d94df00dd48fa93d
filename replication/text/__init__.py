"""Full text: documents taken apart into words, questions into what to look for among them."""
