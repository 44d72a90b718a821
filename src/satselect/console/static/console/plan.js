// A plan is moved and zoomed by pointer and by keys; the server draws each stretch of it. Its links do the same without.
"use strict";

const HOUR_S = 3600;
const LEVELS_S = [1, 3, 6, 12, 24, 72, 168, 336, 744].map((hours) => hours * HOUR_S);
const DWELL_MS = 350;
const SETTLE_MS = 160;
const CLICK_PX = 4;

const drag = { pointer: null, from: 0, by: 0 };
const wheel = { due: null, by: 0 };
const told = new Map();
let asked = null;

function plan() {
  return document.getElementById("plan");
}

function shown() {
  const { from, span } = plan().dataset;
  return { from: Date.parse(from), span: Number(span) };
}

function address(from, span) {
  return `?span=${Math.round(span)}&from=${new Date(from).toISOString().replace(/\.\d+/, "")}`;
}

// Another stretch of the plan, in the place of this one.
async function go(query, { keeps = true } = {}) {
  const url = `${plan().dataset.page}${query}`;
  document.getElementById("plan-from")?.removeAttribute("data-typed");
  await htmx.ajax("GET", url, { target: "#plan", swap: "morph" });
  if (keeps) history.pushState({}, "", query || location.pathname);
}

function move(parts) {
  const { from, span } = shown();
  return go(address(from + parts * span * 1000, span));
}

// One step nearer or farther; the moment under `share` of the width stays where it is.
function zoom(isIn, share = 0.5) {
  const { from, span } = shown();
  const next = isIn ? LEVELS_S.findLast((level) => level < span) : LEVELS_S.find((level) => level > span);
  if (next) go(address(from + share * (span - next) * 1000, next));
}

const KEYS = {
  ArrowLeft: () => move(-0.25),
  ArrowRight: () => move(0.25),
  PageUp: () => move(-1),
  PageDown: () => move(1),
  Home: () => go(`?span=${plan().dataset.span}`),
  "+": () => zoom(true),
  "=": () => zoom(true),
  "-": () => zoom(false),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const axis = event.target.closest?.("#axis");
  if (!axis) return;
  const block = event.target.closest(".block");
  if (event.key === "Escape") return axis.focus();
  if (event.target === axis && ["ArrowDown", "Enter"].includes(event.key)) return enter(event);
  if (block && event.key.startsWith("Arrow")) return step(event, block);
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Into the tasks: the first that has not begun before the window.
function enter(event) {
  const first = document.querySelector("#axis .block:not(.always)") ?? document.querySelector("#axis .block");
  if (!first) return;
  event.preventDefault();
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

function step(event, block) {
  event.preventDefault();
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const next = nearest(block, dx, dy);
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Across, the same row counts most; up and down, what lies at the same time.
function nearest(block, dx, dy) {
  const here = box(block);
  let found = null;
  let least = Infinity;
  for (const other of document.querySelectorAll("#axis .block")) {
    const there = box(other);
    const along = dx ? (there.x - here.x) * dx : (there.y - here.y) * dy;
    if (other === block || along < 0.5) continue;
    const distance = dx ? along + 4 * Math.abs(there.y - here.y) : along + 0.3 * apart(here, there);
    if (distance < least) [found, least] = [other, distance];
  }
  return found;
}

function box(block) {
  const { x, y, width } = block.querySelector("rect").getBoundingClientRect();
  return { x, y, right: x + width };
}

function apart(one, other) {
  return Math.max(0, other.x - one.right, one.x - other.right);
}

// Dragged, the picture goes with the pointer, and what was beyond its edge comes when it is let go.
document.addEventListener("pointerdown", (event) => {
  const axis = event.target.closest?.("#axis");
  if (axis && event.button === 0) Object.assign(drag, { pointer: event.pointerId, from: event.clientX, by: 0 });
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drag.pointer) return;
  drag.by = event.clientX - drag.from;
  if (Math.abs(drag.by) < CLICK_PX) return;
  document.getElementById("axis").classList.add("is-dragged");
  document.getElementById("plan-picture").style.transform = `translateX(${drag.by}px)`;
});

document.addEventListener("pointerup", letGo);
document.addEventListener("pointercancel", letGo);
document.addEventListener("dragstart", (event) => event.target.closest?.("#axis") && event.preventDefault());

async function letGo(event) {
  if (event.pointerId !== drag.pointer) return;
  drag.pointer = null;
  const axis = document.getElementById("axis");
  if (!axis.classList.contains("is-dragged")) return;
  if (event.type === "pointerup") await move(-drag.by / axis.clientWidth);
  document.getElementById("plan-picture").style.transform = "";
  // The click that ends a drag opens nothing.
  setTimeout(() => document.getElementById("axis").classList.remove("is-dragged"));
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#axis") && Math.abs(drag.by) >= CLICK_PX) event.preventDefault();
  drag.by = 0;
  const link = event.target.closest?.("#plan a[data-goes]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

// The wheel zooms with Ctrl (as two fingers do) and moves with Shift, or from side to side; else the page scrolls.
document.addEventListener("wheel", onWheel, { passive: false });

function onWheel(event) {
  const axis = event.target.closest?.("#axis");
  const across = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (!axis || !(event.ctrlKey || Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY))) return;
  event.preventDefault();
  wheel.by += event.ctrlKey ? event.deltaY : across;
  const { left, width } = axis.getBoundingClientRect();
  const share = (event.clientX - left) / width;
  const isZoom = event.ctrlKey;
  clearTimeout(wheel.due);
  wheel.due = setTimeout(() => {
    const by = wheel.by;
    wheel.by = 0;
    if (isZoom) zoom(by < 0, share);
    else move(by / width);
  }, SETTLE_MS);
}

addEventListener("popstate", () => plan() && go(location.search, { keeps: false }));

// Why a task has no place is planned again on the server: only for one that is looked at for a while.
document.addEventListener("mouseover", askSoon);
document.addEventListener("focusin", askSoon);

function askSoon(event) {
  const block = event.target.closest?.(".block");
  clearTimeout(asked);
  if (!block) return;
  if (told.has(block.id)) return tell(block.id);
  if (block.dataset.why) asked = setTimeout(() => ask(block), DWELL_MS);
}

async function ask(block) {
  const answer = await fetch(block.dataset.why, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  told.set(block.id, await answer.text());
  tell(block.id);
}

function tell(id) {
  const panel = document.getElementById("details");
  if (panel?.dataset.of !== id || panel.querySelector(".why-not")) return;
  panel.insertAdjacentHTML("beforeend", told.get(id));
}

// What was told may not be so any more.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id === "plan") told.clear();
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest("#plan-from");
  if (form) form.dataset.typed = "";
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "plan-from") return;
  event.preventDefault();
  const { from, span } = event.target.elements;
  go(`?span=${span.value}&from=${from.value}`);
});
