// The brief: laid out as the printer will have it, with the questions for the hour beside it.

import { ask } from "./api.js";
import { element, fill } from "./bind.js";
import { flush, watch } from "./notes.js";
import { refused, saved, tell } from "./say.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);
let path = null;

export async function openBrief(id, mode) {
  path = `/api/sessions/${id}`;
  // Asked without questions first: a note that seems to name somebody must not keep the page from opening.
  const told = await ask(`${path}/brief`, wanted()).catch((error) => ({ error, prompts: [], blocks: [] }));
  const prompts = told.prompts.map((one) => ({ ...one, id: `note-${one.field}`, private: false }));
  byId("main").replaceChildren(fill("brief", { prompts }));
  for (const prompt of byId("main").querySelectorAll(".prompt")) {
    watch(prompt, () => ({ path: `${path}/notes`, mode, first: 0, end: 0 }));
    prompt.addEventListener("focusout", () => update().catch(refused));
  }
  if (told.error) refused(told.error);
  else showSheet(told);
  byId("main").querySelector("h1").focus();
}

export async function update() {
  await flush();
  showSheet(await ask(`${path}/brief`, wanted()));
}

export const actions = {
  print: () => update().then(() => window.print()),
  "save-brief": () => save(),
};

async function save() {
  await flush();
  const told = await ask(`${path}/brief/file`, wanted());
  saved(word("brief_saved").replace("{name}", told.name));
  tell(word("brief_saved").replace("{name}", told.name));
}

function wanted() {
  const form = byId("main").querySelector('[data-submit="brief"]')?.elements;
  if (!form) return {};
  return {
    client_code: form.client_code.value.trim(),
    month: form.month.value.trim(),
    delete_by: form.delete_by.value || null,
    paper: form.paper.value,
    allow_identifiers: form.allow_identifiers.checked,
  };
}

function showSheet(told) {
  const sheet = byId("sheet");
  sheet.dataset.paper = told.paper;
  sheet.replaceChildren(element("h1", "", told.title), ...told.blocks.map(blockOf));
}

function blockOf(block) {
  const section = element("section", "block");
  if (block.heading) section.append(element("h2", "", block.heading));
  for (const row of block.rows) {
    const line = element("div", "row");
    line.append(...row.map(cellOf));
    section.append(line);
  }
  return section;
}

function cellOf(cell) {
  const made = element("p");
  if (cell.label) made.append(element("strong", "", cell.label), " ");
  made.append(cell.text === null ? element("span", "write") : cell.text);
  return made;
}
