"""The reader of wording: its labelled texts checked, its weights trained, its answers measured."""
