"""The style sheet of pages. Without it they are plain and whole: headings, lists, pictures, tables."""

from __future__ import annotations

from netcost.render.html.palette import rules

LEVELS = 32
"""Lengths that a bar in a table may have, in pixels."""

STYLE = """
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:1440px;background:var(--paper);color:var(--ink);font:15px/1.5 sans-serif}
h1,h2,h3,li{overflow-wrap:anywhere}h1{font-size:24px;margin:0}h2{font-size:18px;margin:28px 0 8px}h3{font-size:16px;margin:20px 0 6px}
p,ul{margin:4px 0 8px;max-width:75em;overflow-wrap:anywhere}.soft,caption,small{color:var(--soft)}
dl.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,156px),1fr));gap:10px;margin:14px 0}
.cards div{background:var(--card);border-radius:6px;padding:8px 12px}.cards dt{color:var(--soft);font-size:13px}
.cards dd{margin:0;font-size:20px;overflow-wrap:anywhere}.cards small{display:block;font-size:13px}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,350px),1fr));gap:12px 24px;align-items:start}
figure{margin:0;max-width:540px;break-inside:avoid}figure svg{display:block;width:100%;height:auto}td svg{display:block;margin-top:4px}
summary{cursor:pointer;padding:4px 0;overflow-wrap:anywhere}:focus-visible{outline:2px solid var(--memory);outline-offset:2px}
.wide{overflow-x:auto;max-width:100%}table{border-collapse:collapse;font-size:13px;line-height:1.35}
caption{text-align:left;padding:4px 0}th,td{padding:3px 10px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--line);vertical-align:bottom}tbody th{font-weight:normal;min-width:9em;max-width:26em;overflow-wrap:anywhere}
.n,.bars tr>:nth-child(n+4){text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.layers td:nth-child(2){min-width:8em;max-width:20em;overflow-wrap:anywhere}.layers td:nth-child(3){white-space:nowrap}
.tall{display:block;max-height:8em;overflow:auto}tfoot th,tfoot td{font-weight:bold}
.bars td:nth-child(4){--c:var(--memory)}.bars td:nth-child(5){--c:var(--params)}.bars td:nth-child(6){--c:var(--macs)}
.bars td:nth-child(n+4):nth-child(-n+6){padding-left:46px}
td[class^=p]{background:linear-gradient(var(--c),var(--c)) 6px .6em/0 no-repeat}
.more{color:var(--more)}.less{color:var(--less)}
[hidden]{display:none!important}button{all:unset;cursor:pointer;text-decoration:underline dotted;font-weight:bold}button:focus-visible{outline:2px solid var(--memory)}
[aria-sort=descending] button:after{content:" \\2193"}[aria-sort=ascending] button:after{content:" \\2191"}
input[type=search]{font:inherit;padding:2px 6px;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:4px;max-width:100%}
@media print{@page{size:A4;margin:12mm}body{padding:0;font-size:11px}.wide{overflow:visible}table{font-size:8.5px}
th,td{padding-right:6px}figure{max-width:88mm}.grid{grid-template-columns:1fr 1fr}tr,.cards div{break-inside:avoid}
td,.cards div,figure{print-color-adjust:exact}tfoot{display:table-row-group}h2,h3{break-after:avoid}.tall{max-height:none}p:has(input),th button{display:none}
th[data-title]:after{content:attr(data-title)}td.n{white-space:normal}td svg{width:22px;margin-top:2px}}
"""


def style() -> str:
    """The whole style sheet, with colours and the lengths of bars."""
    bars = "".join(f"td.p{level}{{background-size:{level}px .55em}}" for level in range(1, LEVELS + 1))
    return f"{rules()}{STYLE}{bars}"
