// Drawings that the server describes, built element by element from the tags and attributes named here.

const SPACE = "http://www.w3.org/2000/svg";
const TAGS = new Set(["svg", "defs", "pattern", "g", "rect", "circle", "path", "text", "title"]);
const ATTRIBUTES = new Set([
  "aria-label", "class", "cx", "cy", "d", "data-end", "data-first", "fill", "height", "id", "patternUnits", "r", "role", "tabindex",
  "text-anchor", "viewBox", "width", "x", "y",
]);

export function draw(described) {
  if (!TAGS.has(described.tag)) throw new Error("a drawing holds a tag that is not known");
  const made = document.createElementNS(SPACE, described.tag);
  for (const [name, value] of Object.entries(described.attrs)) if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
  if (described.text) made.textContent = described.text;
  made.append(...described.children.map(draw));
  return made;
}
