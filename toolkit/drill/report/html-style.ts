import { CHART_STYLE } from './chart.ts'

/** The report's look: light and dark as the reader's machine is set, and on paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1d2636;--quiet:#5b6678;--line:#e2e6ec;--good:#1f7d63;--good-soft:#e3f3ee;--bad:#c23b2f;--bad-soft:#fbe9e7;--unsure:#9a6700;--unsure-soft:#fdf3d7;--bar:#5b7fc7;--bar-soft:#dfe6f3}
@media (prefers-color-scheme:dark){:root{--paper:#12161d;--card:#1a2029;--ink:#e8ecf3;--quiet:#9aa5b6;--line:#2b333f;--good:#63c7a8;--good-soft:#17332c;--bad:#f2877c;--bad-soft:#3a1e1c;--unsure:#e5b94f;--unsure-soft:#352a10;--bar:#7f9fe0;--bar-soft:#2a3446}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1040px;margin:0 auto;padding:40px 20px 64px}
h1{font-size:clamp(24px,3.4vw,34px);line-height:1.22;margin:14px 0 8px;letter-spacing:-.015em;text-wrap:balance}
h2{font-size:18px;margin:0 0 4px}
h2+p,.quiet{color:var(--quiet)}
h2+p{margin:0 0 16px;font-size:14.5px}
h1 .one{white-space:nowrap}
.verdict{display:inline-block;padding:5px 14px;border-radius:999px;font-weight:700;letter-spacing:.06em;font-size:14px}
.verdict.PASS{background:var(--good-soft);color:var(--good)}.verdict.FAIL{background:var(--bad-soft);color:var(--bad)}
.verdict.ABORTED,.verdict.INCONCLUSIVE{background:var(--unsure-soft);color:var(--unsure)}
header .claim{font-size:17px;color:var(--quiet);margin:0 0 4px}
header .facts{color:var(--quiet);font-size:14px;margin:0}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:24px 26px;margin-top:20px;break-inside:avoid}
table{border-collapse:collapse;width:100%;font-size:14.5px;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--quiet);text-align:left;font-size:13px;padding:0 12px 8px 0;white-space:nowrap}
td{padding:9px 12px 9px 0;border-top:1px solid var(--line);vertical-align:top}
td.figure,th.figure{text-align:right;white-space:nowrap}
.wide{overflow-x:auto}.wide+.wide{margin-top:22px}
td:first-child{white-space:nowrap}
.held{color:var(--good);font-weight:700}.broken{color:var(--bad);font-weight:700}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.reasons{margin:14px 0 0;padding-left:20px}
.gauge{display:block;width:150px;height:16px}
.gauge .track{fill:var(--bar-soft)}.gauge .value{fill:var(--good)}.gauge .over{fill:var(--bad)}.gauge .predicted{stroke:var(--ink);stroke-width:1.5}
.trend{width:72px;height:18px;vertical-align:middle}.trend polyline{fill:none;stroke:var(--bar);stroke-width:1.5}.trend circle{fill:var(--ink)}
.path{display:flex;gap:3px;height:38px;margin:2px 0 14px}
.path span{background:var(--bar-soft);border-radius:5px;min-width:4px}.path span.longest{background:var(--bar)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(112px,1fr));gap:10px;margin:0}
.tiles div{border:1px solid var(--line);border-radius:10px;padding:10px 14px}
.tiles dt{color:var(--quiet);font-size:13px}.tiles dd{margin:0;font-size:21px;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .alarm dd{color:var(--bad)}
.next{border-left:5px solid var(--bar)}
.chart{width:100%;height:auto;display:block}
${CHART_STYLE}
@media print{@page{margin:14mm}body{background:#fff;font-size:12px}main{padding:0;max-width:none}section{border-color:#ccc;padding:14px 16px;margin-top:12px}:root{color-scheme:light}}
`
