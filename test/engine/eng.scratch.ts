import { Stack } from "./stack";
import { dockerAt } from "../../operations/docker";
(async () => {
  const stack = Object.assign(Object.create(Stack.prototype), {name:"reptls", folder: "/work/main/.tidemark/test/reptls", docker: dockerAt()}) as Stack;
  const t2=Date.now();
  const steps = await stack.preview(); console.log(JSON.stringify(steps));
  console.log((await stack.pulumiUp()).said.slice(-700), Date.now()-t2);
  console.log(await stack.docker(["service","inspect","--format","{{json .Spec.EndpointSpec}} {{json .UpdateStatus}}", "shop-reptls-edge"]));
  console.log(await stack.docker(["service","ps","shop-reptls-edge"]));
  console.log(JSON.stringify(await stack.preview()));
  let t=Date.now();
  console.log((await stack.pulumiUp()).said.slice(-300), Date.now()-t);
  t=Date.now();
  await stack.down(); console.log("down", Date.now()-t);
})();
