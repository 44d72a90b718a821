// Finding in the page: what has all the words stays, the rest is put away, in the contents and in the text.
"use strict";

const field = document.getElementById("find");
const articles = [...document.querySelectorAll("article")];
const texts = new Map(articles.map((one) => [one, one.textContent.toLowerCase()]));
const links = [...document.querySelectorAll("nav ul ul a")];

function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = new Set(articles.filter((one) => words.every((word) => texts.get(one).includes(word))));
  for (const one of articles) one.hidden = !matches.has(one);
  for (const link of links) link.closest("li").hidden = !matches.has(document.getElementById(link.hash.slice(1)));
  for (const one of document.querySelectorAll(".intro > :not(h1)")) one.hidden = words.length > 0;
  for (const group of document.querySelectorAll("section.group")) {
    group.hidden = words.length > 0 && !group.querySelector("article:not([hidden])");
  }
  document.getElementById("found").textContent = words.length ? `${matches.size} found` : "";
}

document.querySelector(".find").hidden = false;
field.addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input")) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape" && event.target === field) {
    field.value = "";
    find();
  }
});
