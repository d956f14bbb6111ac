// The list of places to look: three of the tool's at first, filters, order of the session.

import { fill } from "./bind.js";

const byId = (id) => document.getElementById(id);
let all = [];
let everything = false;

export function showMoments(moments, nothing) {
  all = moments;
  render();
  byId("nothing").textContent = nothing ?? "";
  byId("nothing").hidden = !nothing;
}

export function watchFilters() {
  for (const name of ["kind", "status", "by"]) byId(`filter-${name}`).addEventListener("change", render);
}

export function showMore() {
  everything = true;
  render();
}

export function forgetMoments() {
  all = [];
  everything = false;
}

export const visible = () => all.filter((one) => (everything || !one.more) && passes(one));

export function markMoment(first, end) {
  for (const button of byId("moments").querySelectorAll("button")) {
    const here = Number(button.dataset.first) === first && Number(button.dataset.end) === end;
    if (here) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// The place before or after the one that is looked at; the nearest in the session where that is no moment.
export function neighbour(place, step) {
  const list = visible();
  if (!place) return step > 0 ? list[0] : list[list.length - 1];
  return step > 0
    ? list.find((one) => one.first > place.first || (one.first === place.first && one.end > place.end))
    : list.findLast((one) => one.first < place.first || (one.first === place.first && one.end < place.end));
}

function passes(one) {
  const wanted = { kind: byId("filter-kind").value, status: byId("filter-status").value, by: byId("filter-by").value };
  const kind = !wanted.kind || one.kind === wanted.kind || (one.kind === "both" && wanted.kind !== "pinned");
  const status = { "": true, open: !one.decision, decided: Boolean(one.decision), chosen: one.chosen }[wanted.status];
  const by = { "": true, tool: !one.pinned, people: one.pinned }[wanted.by];
  return kind && status && by;
}

function render() {
  const current = byId("moments").querySelector('[aria-current="true"]')?.dataset;
  const focused = byId("moments").contains(document.activeElement) ? document.activeElement.dataset.first : null;
  byId("moments").replaceChildren(...visible().map((one) => fill("moment-row", one)));
  byId("more").hidden = everything || !all.some((one) => one.more);
  if (current) markMoment(Number(current.first), Number(current.end));
  if (focused) byId("moments").querySelector(`button[data-first="${CSS.escape(focused)}"]`)?.focus();
}
