// pulumi-resource-docker for machines that cannot download the official plugin.
package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

// version is that of the npm package @pulumi/docker whose tokens and property names this plugin serves.
const version = "5.2.0"

// A program in TypeScript takes its types from the npm package and never asks the plugin for them.
const schema = `{"name": "docker", "version": "` + version + `"}`

func main() {
	tfbridge.Main("docker", version, provider(), []byte(schema))
}
