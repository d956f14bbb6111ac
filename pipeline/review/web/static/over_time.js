// A dyad's sessions over time and a session's measures.

import { ask } from "./api.js";
import { fill } from "./bind.js";
import { draw } from "./svg.js";

const byId = (id) => document.getElementById(id);

export async function openOverTime(id, mode) {
  const told = await ask(`/api/sessions/${id}/dyad?mode=${mode}`);
  const view = fill("over-time", told);
  byId("main").replaceChildren(view);
  for (const [place, row] of [...view.querySelectorAll(".measures tbody tr")].entries()) {
    const drawing = told.measures[place].drawing;
    if (drawing) row.querySelector(".among-box").append(draw(drawing));
  }
  if (told.drawing) {
    byId("over-time-drawing").append(draw(told.drawing));
    byId("show-flagged").addEventListener("change", (event) => {
      byId("over-time-drawing").classList.toggle("with-flagged", event.target.checked);
    });
  }
  return told.name;
}
