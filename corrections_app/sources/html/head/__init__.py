"""What a page says about its article: headline, writers, date, address."""
