// Runs the TypeScript file that is its first argument, with the rest as that one's own.
require("../../loader/register");
require(process.argv.splice(2, 1)[0]);
