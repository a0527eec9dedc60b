"""Terms that bite: who is reminded of a term, when and why; every reminder is a row."""
