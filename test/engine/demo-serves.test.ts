import { after, before } from "node:test";
import { inABrowser } from "./in-a-browser";
import { Stack } from "./stack";
import { throughHttp } from "./through-http";
import { throughTls } from "./through-tls";

let stack: Stack;

before(async () => {
  stack = await Stack.fresh("serves");
  await stack.up();
});
after(() => stack.down());

// One stack for all three, for to bring one up and down is most of their time.
throughHttp(() => stack);
inABrowser(() => stack);
throughTls(() => stack);
