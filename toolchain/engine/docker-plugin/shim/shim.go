// Package shim hands out the Docker provider, which its own module keeps under internal/.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the upstream provider, which reports version as its own to the Docker daemon.
func NewProvider(version string) *schema.Provider {
	upstream := provider.New(version)()
	upstream.ResourcesMap["docker_service"].ReadContext = read(lookAtService)
	upstream.ResourcesMap["docker_network"].ReadContext = read(lookAtNetwork)
	for _, resource := range upstream.ResourcesMap {
		resource.ReadContext = quietly(resource.ReadContext)
	}
	return upstream
}
