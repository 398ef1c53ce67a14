// Command chart renders a Helm chart: Go's own templates with Sprig's functions, which is what Helm is made of, and the few functions
// that Helm adds (https://helm.sh/docs/chart_template_guide/function_list/). It has what this project's charts use of Helm and refuses
// the rest: no dependencies, no cluster to look things up in. tools/check-chart uses `helm` itself where there is one.
//
//	chart CHART VALUES.yaml
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

// Numbers are those of JSON, as Helm has them.
func read(text []byte) (map[string]any, error) {
	var parsed any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, err
	}
	made := map[string]any{}
	if parsed == nil {
		return made, nil
	}
	plain, err := json.Marshal(parsed)
	if err != nil {
		return nil, err
	}
	return made, json.Unmarshal(plain, &made)
}

// A null takes a default away.
func merge(defaults, over map[string]any) map[string]any {
	for key, value := range over {
		below, isMap := value.(map[string]any)
		before, wasMap := defaults[key].(map[string]any)
		switch {
		case value == nil:
			delete(defaults, key)
		case isMap && wasMap:
			defaults[key] = merge(before, below)
		default:
			defaults[key] = value
		}
	}
	return defaults
}

func toYaml(value any) (string, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

type files struct{ chart string }

// Get gives a file of the chart, nothing where there is none.
func (f files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(f.chart, filepath.Clean("/"+name)))
	if err != nil {
		return ""
	}
	return string(text)
}

func functions(all *template.Template) template.FuncMap {
	made := sprig.TxtFuncMap()
	delete(made, "env")
	delete(made, "expandenv")
	made["toYaml"] = toYaml
	made["fromYaml"] = func(text string) (map[string]any, error) { return read([]byte(text)) }
	made["lookup"] = func(...string) map[string]any { return map[string]any{} }
	made["include"] = func(name string, data any) (string, error) {
		var text strings.Builder
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	made["required"] = func(warning string, value any) (any, error) {
		if text, isText := value.(string); value == nil || isText && text == "" {
			return nil, errors.New(warning)
		}
		if list, isList := value.([]any); isList && len(list) == 0 {
			return nil, errors.New(warning)
		}
		return value, nil
	}
	return made
}

func render(chart, valuesFile string) error {
	about, err := os.ReadFile(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return err
	}
	lower, err := read(about)
	if err != nil {
		return err
	}
	values := map[string]any{}
	for _, file := range []string{filepath.Join(chart, "values.yaml"), valuesFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		more, err := read(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		values = merge(values, more)
	}
	described := map[string]any{}
	for key, value := range lower {
		described[strings.ToUpper(key[:1])+key[1:]] = value
	}
	all := template.New(chart).Option("missingkey=zero")
	all.Funcs(functions(all))
	names, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	if err != nil {
		return err
	}
	sort.Strings(names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := all.New(name).Parse(string(text)); err != nil {
			return err
		}
	}
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), "_") {
			continue
		}
		var text strings.Builder
		data := map[string]any{
			"Values":       values,
			"Chart":        described,
			"Files":        files{chart},
			"Capabilities": map[string]any{},
			"Template":     map[string]any{"Name": name},
			"Release": map[string]any{
				"Name": "test", "Namespace": "default", "Revision": 1, "Service": "Helm", "IsInstall": true, "IsUpgrade": false,
			},
		}
		if err := all.ExecuteTemplate(&text, name, data); err != nil {
			return err
		}
		made := strings.ReplaceAll(text.String(), "<no value>", "")
		if strings.TrimSpace(made) == "" || strings.HasSuffix(name, ".txt") {
			continue
		}
		fmt.Printf("---\n# Source: %s\n%s\n", filepath.Base(name), made)
	}
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: chart CHART VALUES.yaml")
		os.Exit(2)
	}
	if err := render(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}
