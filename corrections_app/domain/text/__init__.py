"""An article's text: its body, its characters, its sentences, and how two texts differ."""
