"""SVG as values: drawn here, built in the page element by element, so that no markup is ever parsed there."""
