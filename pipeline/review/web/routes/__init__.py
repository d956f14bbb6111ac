"""Routes: each parses what is asked, calls one function and answers. Everything under /api needs the bearer but the way in."""
