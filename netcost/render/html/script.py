"""The script of pages: it sorts, filters and unfolds tables of layers. All that it works on is there without it."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
const fold = /(^|\.)(\d+)(?:-(\d+)|,(\d+)(?:\.\.(\d+))?)(?=\.|$)/;
const place = row => +row.dataset.at.split(" ")[0], inOrder = rows => rows.sort((a, b) => place(a) - place(b));
const expand = row => { // the name and the place of each layer that a row stands for
  const [at, ...steps] = row.dataset.at.split(" ").map(Number);
  return steps.reduce((all, step) => all.flatMap(([name, at]) => {
    const [, , first, last, second, end] = fold.exec(name), by = second ? second - first : 1;
    return Array.from({length: ((last || end || second) - first) / by + 1}, (_, i) => [name.replace(fold, `$1${+first + i * by}`), at + i * step]);
  }), [[row.cells[0].firstChild.textContent, at]]);
};
const write = row => row.dataset.at.includes(" ") ? expand(row).map(([name, at]) => {
  const copy = row.cloneNode(true);
  copy.cells[0].replaceChildren(copy.cells[0].firstChild);
  copy.cells[0].firstChild.textContent = name;
  copy.dataset.at = at;
  for (const cell of copy.cells) if (cell.title.includes(" x ")) cell.textContent = cell.title = cell.title.split(/ x | = /)[1];
  return copy;
}) : [row];
const exact = cell => {
  const text = cell.title || cell.textContent;
  return [/>=|unknown/.test(text), BigInt(text.split("= ").pop().replace(/\D/g, "") || 0)];
};
document.querySelectorAll(".layers").forEach(table => {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], folded = inOrder([...body.rows]), said = new Map();
  const bar = document.createElement("p"), text = row => [...expand(row).map(each => each[0]), row.cells[1].textContent].join("\n").toLowerCase();
  bar.innerHTML = '<label>Find a layer <input type="search"></label> <label><input type="checkbox"> every layer on its own</label> <output></output>';
  table.parentNode.before(bar);
  const [find, every] = bar.querySelectorAll("input"), heading = () => heads.find(head => head.ariaSort) || heads[0];
  let unfolded;
  const draw = () => {
    const rows = every.checked ? unfolded ||= inOrder(folded.flatMap(write)) : folded, head = heading(), column = heads.indexOf(head), down = head.ariaSort == "descending" ? -1 : 1;
    rows.forEach(row => said.has(row) || said.set(row, text(row)));
    const shown = rows.filter(row => said.get(row).includes(find.value.toLowerCase()));
    const keys = new Map(shown.map(row => [row, column ? exact(row.cells[column]) : [0, place(row)]]));
    shown.sort((a, b) => { const [x, y] = [keys.get(a), keys.get(b)]; return down * (x[0] - y[0] || (x[1] < y[1] ? -1 : +(x[1] > y[1]))); });
    body.replaceChildren(...shown);
    bar.lastChild.textContent = `${shown.length} of ${rows.length} rows`;
  };
  heads.forEach(head => {
    if (!head.dataset.by) return;
    head.innerHTML = `<button type="button">${head.innerHTML}</button>`;
    head.onclick = () => {
      const next = head.ariaSort == head.dataset.by ? head.dataset.by == "descending" ? "ascending" : "descending" : head.dataset.by;
      heads.forEach(each => each.ariaSort = null);
      head.ariaSort = next;
      draw();
    };
  });
  find.oninput = every.onchange = draw;
  every.parentNode.hidden = !folded.some(row => row.dataset.at.includes(" "));
});
"""
