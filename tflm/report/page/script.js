"use strict";
// Without this script the page is whole: it sorts, filters and shows tips.
const tip = document.getElementById("tip");

function show(event) {
  const button = event.currentTarget;
  const meaning = document.getElementById(button.getAttribute("aria-describedby"));
  if (!meaning) return;
  tip.textContent = meaning.textContent;
  tip.hidden = false;
  const at = button.getBoundingClientRect();
  const left = Math.min(at.left, innerWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 6;
  tip.style.left = Math.max(8, left) + "px";
  tip.style.top = (above > 4 ? above : at.bottom + 6) + "px";
}

function hide() {
  tip.hidden = true;
}

function compare(a, b) {
  return typeof a === "number" ? a - b : a.localeCompare(b);
}

function value(row, column) {
  const cell = row.cells[column];
  if (!column) return cell.textContent;
  return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
}

function sort(table, head, column) {
  const rising = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => {
    const a = value(one, column), b = value(other, column);
    if (a === null || b === null) return (a === null) - (b === null);
    return rising ? compare(a, b) : compare(b, a);
  });
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    if (head.dataset.meaning) {
      button.setAttribute("aria-describedby", head.dataset.meaning);
      head.removeAttribute("title");
    }
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(table, head, column));
    for (const name of ["mouseenter", "focus"]) button.addEventListener(name, show);
    for (const name of ["mouseleave", "blur"]) button.addEventListener(name, hide);
  });
}

function makeFilter(table) {
  const rows = [...table.tBodies[0].rows];
  const tools = document.createElement("p");
  const input = document.createElement("input");
  const count = document.createElement("output");
  tools.className = "tools";
  input.type = "search";
  input.placeholder = "Filter, such as int8";
  input.setAttribute("aria-label", "Show only the rows that have this text");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const left = rows.filter((row) => !row.hidden).length;
    count.textContent = input.value ? left + " of " + rows.length : "";
  });
  tools.append(input, count);
  table.closest(".wide").before(tools);
}

for (const table of document.querySelectorAll("table.sortable")) {
  makeSortable(table);
  if (table.tBodies[0].rows.length > 4) makeFilter(table);
}
addEventListener("keydown", (event) => event.key === "Escape" && hide());
addEventListener("scroll", hide, { capture: true, passive: true });
