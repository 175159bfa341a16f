"""Evidence -> what it says: facts, what the rules read, what the wording says."""
