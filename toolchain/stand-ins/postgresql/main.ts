import { PluginError, type Resource } from "../server/plugin";
import { serve } from "../server/serve";
import { configOf, configProblems } from "./config";
import { database } from "./database";
import { defaultPrivileges } from "./default-privileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { grantRole } from "./grant-role";
import { type Kind, managed } from "./managed";
import { role } from "./role";
import { schema } from "./schema";
import { Server } from "./server";

let server: Server | undefined;

function resource<Inputs>(kind: Kind<Inputs>): Resource {
  return managed(kind, () => {
    if (!server) throw new PluginError("the postgresql provider has no configuration yet");
    return server;
  });
}

void serve({
  name: "postgresql",
  version: "3.18.1",
  resources: {
    "postgresql:index/role:Role": resource(role),
    "postgresql:index/database:Database": resource(database),
    "postgresql:index/schema:Schema": resource(schema),
    "postgresql:index/extension:Extension": resource(extension),
    "postgresql:index/grant:Grant": resource(grant),
    "postgresql:index/grantRole:GrantRole": resource(grantRole),
    "postgresql:index/defaultPrivileges:DefaultPrivileges": resource(defaultPrivileges),
  },
  checkConfig: configProblems,
  configure: (config) => {
    server = new Server(configOf(config));
  },
  // A statement is short, and half a transaction is rolled back by the server.
  cancel: () => undefined,
  leave: () => Promise.resolve(),
});
