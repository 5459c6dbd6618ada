package shim

import (
	"bytes"
	"context"
	"io"
	"log"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// quietly is a read that keeps what is meant for developers of the provider to itself. Upstream prints each object that
// it reads as indented JSON, and the bridge sends each line of it to the engine in a call of its own: thousands in every
// run, and more of its time than Docker takes to answer.
func quietly(read schema.ReadContextFunc) schema.ReadContextFunc {
	return func(ctx context.Context, d *schema.ResourceData, meta interface{}) diag.Diagnostics {
		// Here, and not once at the start: the bridge sets another writer at each request.
		if _, already := log.Writer().(withoutDebug); !already {
			log.SetOutput(withoutDebug{log.Writer()})
		}
		return read(ctx, d, meta)
	}
}

type withoutDebug struct{ io.Writer }

func (its withoutDebug) Write(message []byte) (int, error) {
	first, _, _ := bytes.Cut(message, []byte("\n"))
	if bytes.Contains(first, []byte("[WARN]")) || bytes.Contains(first, []byte("[ERROR]")) {
		return its.Writer.Write(message)
	}
	return len(message), nil
}
