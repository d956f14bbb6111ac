// The panel of a place: questions first, the tool's side after something was written or skipped.

import { ask } from "./api.js";
import { fill } from "./bind.js";
import { conflict } from "./dialogs.js";
import { flush, touch, watch } from "./notes.js";
import { refused, saved } from "./say.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);

// Show a place. What is being typed stays when the same place is shown again.
export function showPlace(place, { mode, path }) {
  const panel = byId("panel");
  if (!place) {
    panel.replaceChildren(fill("no-place", {}));
    return;
  }
  const same = panel.dataset.place === `${path} ${mode} ${place.first} ${place.end}`;
  panel.dataset.place = `${path} ${mode} ${place.first} ${place.end}`;
  const made = fill("place", withIds(place, mode, same && panel.querySelector(".more-prompts")?.open));
  if (same) {
    panel.querySelector(".decision").replaceWith(made.querySelector(".decision"));
    if (place.revealed && !panel.querySelector(".model")) panel.querySelector(".tool").replaceWith(made.querySelector(".tool"));
    return;
  }
  panel.replaceChildren(made);
  panel.scrollTop = 0;
  const where = () => ({ path: `${path}/notes`, mode, first: place.first, end: place.end });
  for (const prompt of panel.querySelectorAll(".prompt")) watch(prompt, where);
  panel.where = where;
}

export function forgetPanel() {
  byId("panel")?.replaceChildren();
}

export function toggleChip(chip) {
  chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
  touch(chip.closest(".prompt"), byId("panel").where());
}

export async function share(button) {
  const prompt = button.closest(".prompt");
  const { path, first, end } = byId("panel").where();
  await flush();
  try {
    const told = await ask(path.replace(/notes$/, "share"), { first, end, field: prompt.dataset.field });
    saved(told.saved);
    button.replaceWith(Object.assign(document.createElement("span"), { className: "quiet small", textContent: word("shared") }));
  } catch (error) {
    if (error.status === 409 && error.told.stored !== undefined) await conflict(error.told);
    else refused(error);
  }
}

export function focusQuestions() {
  byId("panel")?.querySelector("textarea")?.focus();
}

export function focusTool() {
  byId("tool-heading")?.focus();
}

function withIds(place, mode, moreOpen) {
  const prompts = place.prompts.map((one) => ({ ...one, id: `note-${one.field}`, private: mode === "first" }));
  const optional = prompts.filter((one) => !one.main);
  return {
    ...place,
    main: prompts.filter((one) => one.main),
    optional,
    moreOpen: moreOpen || optional.some((one) => one.text || one.chips.some((chip) => chip.on)),
    whose: word(mode === "first" ? "private" : "shared_notes"),
    model: place.model ? [withFlags(place.model)] : [],
  };
}

const withFlags = (model) => ({ ...model, limits: model.limits.filter(Boolean) });
