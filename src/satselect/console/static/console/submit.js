// The form of a task: names to pick, and what would be selected while somebody types.
"use strict";

const TYPED_MS = 700;

for (const picks of document.querySelectorAll(".picks")) picks.hidden = false;

document.addEventListener("click", (event) => {
  const picks = event.target.closest?.(".picks");
  if (!picks || event.target.tagName !== "BUTTON") return;
  const field = picks.closest("form").elements[picks.dataset.into];
  const name = event.target.textContent;
  const names = field.value.split(",").map((one) => one.trim()).filter(Boolean);
  const place = names.findIndex((one) => one === name || one.startsWith(`${name} = `));
  if (place < 0) names.push(name);
  else if (picks.dataset.into === "resources") names[place] = `${name} = ${Number(names[place].split(" = ").at(-1)) + 1 || 2}`;
  field.value = names.join(", ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

const box = document.getElementById("as-i-type");
if (box) {
  box.parentElement.hidden = false;
  let timer = 0;
  document.getElementById("one").addEventListener("input", (event) => {
    clearTimeout(timer);
    if (box.checked && (event.target === box || event.target.form)) timer = setTimeout(tryOut, TYPED_MS);
  });
}

// Who asked is led to the answer, which may be far from the button; who types is left where they are.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const wasAsked = detail.requestConfig?.triggeringEvent?.isTrusted;
  if (detail.target.id === "outlook" && wasAsked) detail.target.firstElementChild?.focus();
});

function tryOut() {
  document.querySelector("#one [hx-post]").click();
}
