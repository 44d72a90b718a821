"""Plans whose timelines have a budget of their own: paths add up what they use of it, and a tree closes the rest."""
