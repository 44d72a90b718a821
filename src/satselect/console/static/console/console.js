// What htmx doesn't do: details of the task pointed at, walking through a timeline by arrow keys, menus that close.
"use strict";

const STEP = 26;

document.addEventListener("mouseover", showDetails);
document.addEventListener("focusin", showDetails);
document.addEventListener("keydown", walk);
document.addEventListener("keydown", closeMenus);
document.addEventListener("click", closeMenus);

function showDetails(event) {
  const block = event.target.closest?.(".block");
  const panel = document.getElementById("details");
  if (!block || !panel || panel.dataset.of === block.id) return;
  panel.dataset.of = block.id;
  const [name, facts, ...more] = block.querySelector("title").textContent.split("\n");
  const uses = block.closest("#timeline") ? [...lanesUnder(block)].join(", ") : "";
  panel.replaceChildren(strong(name), ...[facts, uses, ...more].filter(Boolean).map(line));
}

// The lanes have the heights of their labels, so the labels say what a box lies on.
function* lanesUnder(block) {
  const labels = [...document.querySelectorAll(".labels > .title, .labels > .lane")];
  const origin = document.querySelector(".labels").getBoundingClientRect().top;
  for (const box of block.querySelectorAll(":scope > rect")) {
    const top = box.y.baseVal.value;
    const bottom = top + box.height.baseVal.value;
    for (const label of labels.filter((one) => one.classList.contains("lane"))) {
      const place = label.getBoundingClientRect();
      if (place.top - origin < bottom && place.bottom - origin > top + 4) yield label.title;
    }
  }
}

function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

function line(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

function walk(event) {
  const block = document.activeElement?.closest?.("#timeline .block, #timeline a.head");
  const towards = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!block || !towards) return;
  event.preventDefault();
  const next = neighbour(block, towards);
  if (!next) return;
  block.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// The nearest block in that direction: across, the same lane counts most; up and down stay in the iteration.
function neighbour(block, [across, down]) {
  const here = middle(block);
  let found = null;
  let nearest = Infinity;
  for (const other of document.querySelectorAll("#timeline .block, #timeline a.head")) {
    const there = middle(other);
    const dx = (there.x - here.x) * across;
    const dy = (there.y - here.y) * down;
    if (other === block || (across ? dx < STEP : dy < 1 || Math.abs(there.x - here.x) > STEP)) continue;
    const distance = across ? dx + Math.abs(there.y - here.y) * 0.5 : dy;
    if (distance < nearest) [found, nearest] = [other, distance];
  }
  return found;
}

function middle(block) {
  const box = block.querySelector("rect").getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + Math.min(box.height / 2, STEP / 2) };
}

function closeMenus(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.type === "keydown" || !menu.contains(event.target)) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  }
}
