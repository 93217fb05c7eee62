"""The public record's pages and feeds: what anyone may read of notices, people and programs."""
