import assert from "node:assert/strict";
import { it } from "node:test";
import { postgresConfig } from "./postgres-config";

it("follows the memory that the server may use", () =>
  assert.equal(
    postgresConfig({ memory: "1g", preload: ["pg_stat_statements"], settings: {} }),
    `effective_cache_size = '614MB'
maintenance_work_mem = '61MB'
max_connections = '100'
shared_buffers = '256MB'
shared_preload_libraries = 'pg_stat_statements'
work_mem = '10MB'
`,
  ));

it("keeps to what PostgreSQL needs at least", () => {
  const text = postgresConfig({ memory: "64m", preload: [], settings: {} });
  assert.match(text, /shared_buffers = '32MB'/);
  assert.match(text, /work_mem = '4MB'/);
  assert.match(text, /shared_preload_libraries = ''/);
});

it("lets the settings have the last word, quoted", () => {
  const text = postgresConfig({
    memory: "4g",
    preload: [],
    settings: { max_connections: "20", log_line_prefix: "it's %m" },
  });
  assert.match(text, /^max_connections = '20'$/m);
  assert.match(text, /^log_line_prefix = 'it''s %m'$/m);
  assert.equal(text.match(/max_connections/g)?.length, 1);
});
