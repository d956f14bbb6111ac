// The dialogs: keys, both sides of a refused write, and a new link while something is unsaved.

const byId = (id) => document.getElementById(id);

export function showAgain() {
  if (!byId("again").open) byId("again").showModal();
}

export function closeAgain() {
  byId("again").close();
}

export function showKeys() {
  byId("keys").showModal();
}

// Show both sides; resolves to "theirs" or "yours".
export function conflict(told) {
  const dialog = byId("conflict");
  byId("conflict-yours").textContent = told.offered;
  byId("conflict-theirs").textContent = told.stored;
  dialog.returnValue = "theirs";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      byId("conflict-yours").textContent = "";
      byId("conflict-theirs").textContent = "";
      resolve(dialog.returnValue === "yours" ? "yours" : "theirs");
    }, { once: true });
  });
}
