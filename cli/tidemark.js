#!/usr/bin/env node
require("../toolchain/loader/register");
require("./main");
