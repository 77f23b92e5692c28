"""The script of pages: it sorts, filters and unfolds tables of layers. All that it works on is there without it."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
const fold = /(^|\.)(\d+)(?:-(\d+)|,(\d+)(?:\.\.(\d+))?)(?=\.|$)/, most = 200; // rows that are drawn at once
const expand = row => { // the name and the place of each layer that a row stands for
  const [at, ...steps] = row.dataset.at.split(" ").map(Number);
  return steps.reduce((all, step) => all.flatMap(([name, at]) => {
    const [, , first, last, second, end] = fold.exec(name), by = second ? second - first : 1;
    return Array.from({length: ((last || end || second) - first) / by + 1}, (_, i) => [name.replace(fold, `$1${+first + i * by}`), at + i * step]);
  }), [[row.cells[0].firstChild.textContent, at]]);
};
const number = (cell, each) => (cell.title || cell.textContent).split(/ x | = /).at(each ? -2 : -1);
const exact = (cell, each) => { const text = number(cell, each); return [/>=|unknown/.test(text), BigInt(text.replace(/\D/g, "") || 0)]; };
const write = ({row, name, each}) => { // a row for one of the layers
  if (!each) return row;
  const copy = row.cloneNode(true), [head, ...cells] = copy.cells;
  head.replaceChildren(head.firstChild);
  head.firstChild.textContent = name;
  for (const cell of cells) if (cell.title.includes(" x ")) cell.textContent = cell.title = number(cell, true);
  return copy;
};
document.querySelectorAll(".layers").forEach(table => {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], folded = [], unfolded = [], bar = document.createElement("p");
  for (const row of body.rows) {
    const parts = expand(row), kind = "\n" + row.cells[1].textContent, said = parts.map(part => part[0]).join("\n") + kind;
    folded.push({row, at: parts[0][1], said: said.toLowerCase()});
    for (const [name, at] of parts) unfolded.push({row, name, at, said: (name + kind).toLowerCase(), each: parts.length > 1});
  }
  for (const items of [folded, unfolded]) items.sort((a, b) => a.at - b.at);
  bar.innerHTML = '<label>Find a layer <input type="search"></label> <label><input type="checkbox"> every layer on its own</label> <output></output> <button type="button"></button>';
  table.parentNode.before(bar);
  const [find, every] = bar.querySelectorAll("input"), [told, more] = [...bar.children].slice(2);
  const draw = limit => {
    const head = heads.find(each => each.ariaSort) || heads[0], column = heads.indexOf(head), down = head.ariaSort == "descending" ? -1 : 1;
    const items = every.checked ? unfolded : folded, wanted = find.value.toLowerCase();
    const found = items.filter(item => item.said.includes(wanted)).map(item => [item, ...column ? exact(item.row.cells[column], item.each) : [0, item.at]]);
    found.sort((a, b) => down * (a[1] - b[1] || (a[2] < b[2] ? -1 : +(a[2] > b[2]))));
    body.replaceChildren(...found.slice(0, limit).map(([item]) => write(item)));
    told.textContent = `${found.length} of ${items.length} rows`;
    more.textContent = `Show all ${found.length}`;
    more.hidden = found.length <= limit;
  };
  for (const head of heads.filter(each => each.dataset.by)) {
    head.dataset.title = head.textContent; // on paper, where buttons are not repeated on every page
    head.innerHTML = `<button type="button">${head.innerHTML}</button>`;
    head.onclick = () => {
      const first = head.dataset.by, next = head.ariaSort != first ? first : first == "descending" ? "ascending" : "descending";
      heads.forEach(each => each.ariaSort = null);
      head.ariaSort = next;
      draw(most);
    };
  }
  find.oninput = every.onchange = () => draw(most);
  more.onclick = () => draw(Infinity);
  more.hidden = true;
  every.parentNode.hidden = folded.length == unfolded.length;
});
"""
