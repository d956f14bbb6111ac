"""What a page is told, as records. What a mode may not see is left out here, so that no page can show it by mistake."""
