// What is said aloud and shown briefly: saved, refused, unreachable.

const byId = (id) => document.getElementById(id);

export function saved(words) {
  const place = byId("saved");
  if (place && words) place.textContent = words;
}

export function tell(words) {
  byId("said").textContent = words;
}

export function trouble(words) {
  const place = byId("trouble");
  place.textContent = words ?? "";
  place.hidden = !words;
}

// Say why something was refused, in the server's own words.
export function refused(error) {
  if (error?.told?.problem) trouble([error.told.problem, error.told.way_out].filter(Boolean).join(". "));
  else if (error?.status !== 0) throw error;
}
