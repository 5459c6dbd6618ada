package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

const npmPackage = "../../../node_modules/@pulumi/docker"

var (
	declaration = regexp.MustCompile(`(?s)export (?:declare class|interface) (\w+)[^{]*\{\n(.*?)\n\}`)
	property    = regexp.MustCompile(`(?m)^ {4}(?:readonly )?(\w+)\??: ([^;{]*)`)
	nested      = regexp.MustCompile(`(?:inputs|outputs)\.(\w+)`)
)

// declared is one property as the npm package types it.
type declared struct {
	list  bool
	shape string // the nested type's name, or ""
}

// TestNamesAreThoseOfTheNpmPackage compares every property, nested ones too, with the package's type declarations.
func TestNamesAreThoseOfTheNpmPackage(t *testing.T) {
	info := provider()
	inputs := read(t, "types/input.d.ts")
	outputs := read(t, "types/output.d.ts")
	for name, res := range info.Resources {
		class := string(res.Tok[strings.LastIndex(string(res.Tok), ":")+1:])
		file := read(t, strings.ToLower(class[:1])+class[1:]+".d.ts")
		fields := info.P.ResourcesMap().Get(name).Schema()
		compare(t, class+"Args", fields, res.Fields, file[class+"Args"], inputs, settable)
		compare(t, class, fields, res.Fields, file[class], outputs, anything)
	}
	for name, fn := range info.DataSources {
		token := string(fn.Tok[strings.LastIndex(string(fn.Tok), ":")+1:])
		result := strings.ToUpper(token[:1]) + token[1:] + "Result"
		fields := info.P.DataSourcesMap().Get(name).Schema()
		compare(t, result, fields, fn.Fields, read(t, token+".d.ts")[result], outputs, anything)
	}
}

func settable(field shim.Schema) bool { return field.Optional() || field.Required() }
func anything(shim.Schema) bool       { return true }

func compare(t *testing.T, at string, fields shim.SchemaMap, infos map[string]*tfbridge.SchemaInfo,
	want map[string]declared, shapes map[string]map[string]declared, counts func(shim.Schema) bool) {
	served := map[string]bool{}
	fields.Range(func(key string, field shim.Schema) bool {
		if !counts(field) || field.Removed() != "" || key == "id" {
			return true
		}
		name := tfbridge.TerraformToPulumiNameV2(key, fields, infos)
		served[name] = true
		there, known := want[name]
		if !known {
			t.Errorf("%s: the plugin serves %q (%s), the npm package has no such property", at, name, key)
			return true
		}
		repeated := field.Type() == shim.TypeList || field.Type() == shim.TypeSet
		list := repeated && !tfbridge.IsMaxItemsOne(field, infos[key])
		if list != there.list {
			t.Errorf("%s.%s: a list here: %v, in the npm package: %v", at, name, list, there.list)
		}
		if inner, ok := field.Elem().(shim.Resource); ok && repeated {
			var own map[string]*tfbridge.SchemaInfo
			if its := infos[key]; its != nil && its.Elem != nil {
				own = its.Elem.Fields
			}
			compare(t, at+"."+name, inner.Schema(), own, shapes[there.shape], shapes, anything)
		}
		return true
	})
	for name := range want {
		if !served[name] && name != "id" {
			t.Errorf("%s: the npm package has %q, the plugin does not serve it", at, name)
		}
	}
}

// read returns the interfaces and classes of a declaration file, each with its properties.
func read(t *testing.T, file string) map[string]map[string]declared {
	text, err := os.ReadFile(filepath.Join(npmPackage, file))
	if err != nil {
		t.Fatalf("%s: %v; run npm ci first", file, err)
	}
	found := map[string]map[string]declared{}
	for _, one := range declaration.FindAllStringSubmatch(string(text), -1) {
		properties := map[string]declared{}
		for _, line := range property.FindAllStringSubmatch(one[2], -1) {
			shape := ""
			if inner := nested.FindStringSubmatch(line[2]); inner != nil {
				shape = inner[1]
			}
			properties[line[1]] = declared{list: strings.Contains(line[2], "[]"), shape: shape}
		}
		found[one[1]] = properties
	}
	return found
}
