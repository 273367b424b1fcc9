"""What is kept about one person: seen, switched off, handed out, erased."""
