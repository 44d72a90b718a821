// Lists of tasks: choosing many, and views that are kept in this browser.
"use strict";

const boxes = () => [...document.querySelectorAll("input[name=task]")];
let lastChosen = null;

function countChosen() {
  const label = document.getElementById("count");
  if (!label) return;
  const count = boxes().filter((box) => box.checked).length;
  label.textContent = count ? `${count} chosen` : "With the chosen ones";
  const all = document.getElementById("choose-all");
  all.checked = count > 0 && count === boxes().length;
  all.indeterminate = count > 0 && !all.checked;
}

document.addEventListener("click", (event) => {
  if (event.target.id === "choose-all") for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.name === "task") {
    if (event.shiftKey && lastChosen) chooseBetween(lastChosen, event.target);
    lastChosen = event.target;
  }
  if (event.target.id === "keep-view") keepView();
  if (event.target.dataset?.forget) forgetView(event.target.dataset.forget);
  countChosen();
});

function chooseBetween(one, other) {
  const some = boxes();
  const [first, last] = [some.indexOf(one), some.indexOf(other)].sort((a, b) => a - b);
  for (const box of some.slice(first, last + 1)) box.checked = other.checked;
}

// A view is the part of the address that says which tasks; its name is what people would call it.
function views() {
  try {
    return JSON.parse(localStorage.getItem("views") ?? "{}");
  } catch {
    return {};
  }
}

function keepView() {
  const asked = new URLSearchParams(location.search);
  for (const name of ["after", "did", "count"]) asked.delete(name);
  const words = [...asked.getAll("status"), asked.get("q") && `“${asked.get("q")}”`].filter(Boolean);
  const name = `${words.join(", ") || "all"}${asked.get("order") === "oldest" ? ", oldest first" : ""}`;
  localStorage.setItem("views", JSON.stringify({ ...views(), [name]: `?${asked}` }));
  showViews();
}

function forgetView(name) {
  const { [name]: _, ...others } = views();
  localStorage.setItem("views", JSON.stringify(others));
  showViews();
}

function showViews() {
  const nav = document.getElementById("views");
  if (!nav) return;
  const kept = Object.entries(views());
  nav.hidden = kept.length === 0;
  nav.replaceChildren(...kept.flatMap(([name, address]) => [link(name, address), forget(name)]));
}

function link(name, address) {
  const element = document.createElement("a");
  element.className = "chip";
  element.href = address;
  element.textContent = name;
  return element;
}

function forget(name) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "small forget";
  element.dataset.forget = name;
  element.setAttribute("aria-label", `Forget the view ${name}`);
  element.textContent = "×";
  return element;
}

for (const id of ["choose-all", "keep-view"]) {
  const element = document.getElementById(id);
  if (element) element.hidden = false;
}
showViews();
