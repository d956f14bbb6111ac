// Templates of the page filled with values. Words only ever become text nodes or values of the attributes named here.

const ATTRIBUTES = new Set([
  "aria-label", "aria-pressed", "data-chip", "data-end", "data-family", "data-field", "data-first", "data-session", "data-version", "for",
  "id", "value",
]);
const KIND = /^[a-z_]{1,20}$/;

export function fill(name, values) {
  const copy = document.getElementById(name).content.cloneNode(true);
  bind(copy, values);
  return copy.firstElementChild;
}

export function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

function bind(root, values) {
  const holds = (key) => (Array.isArray(values[key]) ? values[key].length > 0 : Boolean(values[key]));
  for (const one of root.querySelectorAll("[data-if]")) if (!holds(one.dataset.if)) one.remove();
  for (const one of root.querySelectorAll("[data-unless]")) if (holds(one.dataset.unless)) one.remove();
  for (const one of root.querySelectorAll("[data-text]")) one.textContent = values[one.dataset.text] ?? "";
  for (const one of root.querySelectorAll("[data-value]")) one.value = values[one.dataset.value] ?? "";
  for (const one of root.querySelectorAll("[data-open]")) one.open = Boolean(values[one.dataset.open]);
  for (const one of root.querySelectorAll("[data-kind]")) addKind(one, values[one.dataset.kind]);
  for (const one of root.querySelectorAll("[data-attr]")) setAttributes(one, values);
  for (const one of root.querySelectorAll("[data-each]")) {
    const entries = [values[one.dataset.each] ?? []].flat();
    one.append(...entries.map((entry) => fill(one.dataset.with, typeof entry === "object" ? entry : { text: entry })));
  }
}

function addKind(one, kind) {
  if (KIND.test(kind ?? "")) one.classList.add(`is-${kind}`);
}

function setAttributes(one, values) {
  for (const pair of one.dataset.attr.split(";")) {
    const [name, key] = pair.split("=");
    if (ATTRIBUTES.has(name)) one.setAttribute(name, String(values[key] ?? ""));
  }
}
