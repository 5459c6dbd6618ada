import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { nginxConf } from "./nginx";
import { plans } from "../../test/program/edge-plans";

for (const [name, plan] of Object.entries(plans))
  it(`renders ${name} as its golden file, which nginx itself has accepted`, () => {
    const golden = join(__dirname, "golden", `${name}.conf`);
    const text = nginxConf(plan);
    if (process.env.TIDEMARK_WRITE_GOLDEN) writeFileSync(golden, text);
    assert.equal(text, readFileSync(golden, "utf8"));
  });

it("escapes a header's quotes and backslashes", () => {
  const plan = { ...plans.plain, edge: { ...plans.plain.edge, headers: { "X-Odd": 'a "b" \\ c' } } };
  assert.match(nginxConf(plan), /map \$upstream_http_x_odd \$add_x_odd \{\n\s+default "";\n\s+"" "a \\"b\\" \\\\ c";/);
});

it("takes a static URL as it is written, not as a pattern", () =>
  assert.match(
    nginxConf({ ...plans.plain, staticUrl: "/st.atic+/" }),
    /location ~ \^\/st\\\.atic\\\+\/\(\?<asset>\.\+\)\$/,
  ));

it("sets the order of headers, so that the order in the settings changes nothing", () => {
  const { edge } = plans.plain;
  const turned = { ...edge, headers: Object.fromEntries(Object.entries(edge.headers).reverse()) };
  assert.equal(nginxConf({ ...plans.plain, edge: turned }), nginxConf(plans.plain));
});
