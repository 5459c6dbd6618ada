package shim

import (
	"bytes"
	"context"
	"io"
	"log"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// quietly is a read that keeps what is meant for developers of the provider to itself, unless TF_LOG asks for it.
// Upstream prints each object that it reads as indented JSON, and the bridge sends each line of it to the engine in a
// call of its own: thousands in every run, and more of its time than Docker takes to answer.
func quietly(read schema.ReadContextFunc) schema.ReadContextFunc {
	if os.Getenv("TF_LOG") != "" {
		return read
	}
	return func(ctx context.Context, d *schema.ResourceData, meta interface{}) diag.Diagnostics {
		hush()
		return read(ctx, d, meta)
	}
}

var hushing sync.Mutex

// Again and again, and not once at the start: the bridge sets another writer at each request.
func hush() {
	hushing.Lock()
	defer hushing.Unlock()
	if _, already := log.Writer().(warningsOnly); !already {
		log.SetOutput(warningsOnly{log.Writer()})
	}
}

type warningsOnly struct{ io.Writer }

func (its warningsOnly) Write(message []byte) (int, error) {
	first, _, _ := bytes.Cut(message, []byte("\n"))
	if bytes.Contains(first, []byte("[WARN]")) || bytes.Contains(first, []byte("[ERROR]")) {
		return its.Writer.Write(message)
	}
	return len(message), nil
}
