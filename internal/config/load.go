package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/knadh/koanf/v2"
	"go.yaml.in/yaml/v3"
)

//go:generate go test -run TestReferenceIsCurrent -update .

// Sources are the places that values come from, the strongest last.
type Sources struct {
	// File is the configuration file, which must exist. When File is empty, WAYBILL_CONFIG names the file; without that
	// the usual file is read if it exists.
	File string
	// Env is the environment in the form of os.Environ.
	Env []string
	// Flags are the values from the command line, by the key of the setting. Only settings that were given are in the
	// map.
	Flags map[string]string
}

// Load reads the configuration. The error is a problem with code config_invalid.
func Load(from Sources) (Config, error) {
	k := koanf.New(".")
	layers := []func(Sources) (map[string]string, error){readDefaults, readConfigFile, readEnvironment, readFlags}
	for _, read := range layers {
		values, err := read(from)
		if err != nil {
			return Config{}, err
		}
		for key, value := range values {
			if err := k.Set(key, value); err != nil {
				return Config{}, settingNotSet(err, key)
			}
		}
	}
	var cfg Config
	if err := k.Unmarshal("", &cfg); err != nil {
		return Config{}, notReadable(err)
	}
	if cfg.Data == "" {
		dir, err := defaultDir(from.Env, "XDG_DATA_HOME", ".local/share")
		if err != nil {
			return Config{}, err
		}
		cfg.Data = dir
	}
	return cfg, nil
}

func readDefaults(Sources) (map[string]string, error) {
	values := make(map[string]string)
	for _, s := range Settings() {
		if s.Default != "" {
			values[s.Key] = s.Default
		}
	}
	return values, nil
}

func readConfigFile(from Sources) (map[string]string, error) {
	path, required := from.File, true
	if path == "" {
		path = Lookup(from.Env, EnvPrefix+"CONFIG")
	}
	if path == "" {
		required = false
		path = usualFile(from.Env)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return nil, nil
	}
	if err != nil {
		return nil, fileNotRead(err, path)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, fileNoYAML(err, path)
	}
	values := make(map[string]string)
	if err := flatten(tree, "", values); err != nil {
		return nil, fileRefused(err, path)
	}
	return values, checkAll(values, "in "+path)
}

// reasonOfYAML says what is wrong with a configuration file, without Go types and the library's prefix.
func reasonOfYAML(err error) string {
	var kind *yaml.TypeError
	if errors.As(err, &kind) {
		return "it must hold settings with values, such as \"pace: {mode: full}\""
	}
	return strings.TrimPrefix(err.Error(), "yaml: ")
}

// usualFile returns the path of the configuration file when none is named; empty when there is no home directory.
func usualFile(env []string) string {
	dir, err := defaultDir(env, "XDG_CONFIG_HOME", ".config")
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "config.yaml")
}

// flatten turns {pace: {mode: full}} into pace.mode = full.
func flatten(tree map[string]any, prefix string, values map[string]string) error {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			if err := flatten(v, prefix+key+".", values); err != nil {
				return err
			}
		case []any:
			text, err := listed(prefix+key, v)
			if err != nil {
				return err
			}
			values[prefix+key] = text
		case nil:
			// "timeout:" without a value leaves the default.
		default:
			values[prefix+key] = fmt.Sprint(v)
		}
	}
	return nil
}

// listed is a list of a setting that takes several values, which stand with blanks between elsewhere.
func listed(key string, list []any) (string, error) {
	if !slices.ContainsFunc(Settings(), func(s Setting) bool {
		return s.Key == key && s.kind == reflect.TypeFor[Networks]()
	}) {
		return "", fmt.Errorf("%s is a list, and takes one value", key)
	}
	words := make([]string, len(list))
	for i, word := range list {
		text, ok := word.(string)
		if !ok {
			return "", fmt.Errorf("%s is a list of more than values", key)
		}
		words[i] = text
	}
	return strings.Join(words, " "), nil
}

func readEnvironment(from Sources) (map[string]string, error) {
	values := make(map[string]string)
	for _, s := range Settings() {
		// An empty variable counts as unset, as in most programs.
		if value := Lookup(from.Env, s.Env); value != "" {
			if why := s.check(value); why != "" {
				return nil, s.refuse(s.Env, value, why, "in the environment")
			}
			values[s.Key] = value
		}
	}
	return values, nil
}

func readFlags(from Sources) (map[string]string, error) {
	return from.Flags, checkAll(from.Flags, "on the command line")
}

func checkAll(values map[string]string, where string) error {
	settings := Settings()
	for key, value := range values {
		i := slices.IndexFunc(settings, func(s Setting) bool { return s.Key == key })
		if i < 0 {
			return noSetting(key, where, settings)
		}
		if why := settings[i].check(value); why != "" {
			return settings[i].refuse(key, value, why, where)
		}
	}
	return nil
}

// nearest suggests a setting with the same last word as the unknown key; empty when there is none.
func nearest(key string, settings []Setting) string {
	last := key[strings.LastIndex(key, ".")+1:]
	for _, s := range settings {
		if s.Key[strings.LastIndex(s.Key, ".")+1:] == last {
			return fmt.Sprintf("; did you mean %q?", s.Key)
		}
	}
	return ""
}

// defaultDir returns Waybill's folder below an XDG base directory.
func defaultDir(env []string, variable, fallback string) (string, error) {
	// The XDG specification asks to ignore relative paths.
	if base := Lookup(env, variable); filepath.IsAbs(base) {
		return filepath.Join(base, "waybill"), nil
	}
	if base := Lookup(env, "LOCALAPPDATA"); runtime.GOOS == "windows" && base != "" {
		return filepath.Join(base, "waybill"), nil
	}
	home := Lookup(env, "HOME")
	if home == "" {
		home = Lookup(env, "USERPROFILE")
	}
	if home == "" {
		return "", noHome()
	}
	return filepath.Join(home, filepath.FromSlash(fallback), "waybill"), nil
}

// Lookup finds a variable in an environment of NAME=value pairs; the last one of a name counts.
func Lookup(env []string, name string) string {
	value := ""
	for _, pair := range env {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			value = v
		}
	}
	return value
}
