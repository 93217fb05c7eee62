"""The public record: what readers are told of changes, and what became of it since."""
