package shim

import (
	"context"
	"fmt"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const (
	between = 250 * time.Millisecond
	limit   = 30 * time.Second
)

type look func(context.Context, *schema.ResourceData, interface{}, *client.Client) retry.StateRefreshFunc

//go:linkname lookAtService github.com/terraform-providers/terraform-provider-docker/internal/provider.resourceDockerServiceReadRefreshFunc
func lookAtService(context.Context, *schema.ResourceData, interface{}, *client.Client) retry.StateRefreshFunc

//go:linkname lookAtNetwork github.com/terraform-providers/terraform-provider-docker/internal/provider.resourceDockerNetworkReadRefreshFunc
func lookAtNetwork(context.Context, *schema.ResourceData, interface{}, *client.Client) retry.StateRefreshFunc

// read is the upstream read without the two seconds that it sleeps before it looks: a refresh of every run would have
// them, for an object that has been there for weeks. What it looks at, and when it is content, stays upstream's.
func read(its look) schema.ReadContextFunc {
	return func(ctx context.Context, d *schema.ResourceData, meta interface{}) diag.Diagnostics {
		docker, err := meta.(*provider.ProviderConfig).MakeClient(ctx, d)
		if err != nil {
			return diag.FromErr(fmt.Errorf("failed to create Docker client: %w", err))
		}
		id := d.Id()
		refresh := its(ctx, d, meta, docker)
		for end := time.Now().Add(limit); ; time.Sleep(between) {
			_, state, err := refresh()
			switch {
			case err != nil:
				return diag.FromErr(err)
			case state != "pending":
				return nil
			case time.Now().After(end):
				return diag.Errorf("%s does not show all its fields after %s", id, limit)
			}
		}
	}
}
