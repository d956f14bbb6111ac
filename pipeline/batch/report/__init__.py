"""What a folder of results looks like as one page, and as two tables for statistics programs."""
