import { serve } from "../server/serve";
import { commandResource } from "./command";
import { Processes } from "./processes";

const processes = new Processes();

void serve({
  name: "command",
  version: "1.2.1",
  resources: { "command:local:Command": commandResource(processes) },
  cancel: () => processes.terminate(),
  leave: () => processes.end(),
});
