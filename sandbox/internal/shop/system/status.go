package system

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// systemStatus is the controller of /system_status.
type systemStatus struct{ *Store }

func (c systemStatus) register(server *rest.Server) {
	server.Register(rest.Route{Pattern: `/wc/v3/system_status`, Endpoints: []rest.Endpoint{{
		Methods: rest.Readable, Permission: c.MayAll(capability.SystemStatus, capability.Get, core.CannotList),
		Handler: c.get,
	}}})
}

// get answers with the parts a request asks for, in the order it names them.
func (c systemStatus) get(r *rest.Request) (*rest.Response, error) {
	fields := []string{"environment", "database", "active_plugins", "inactive_plugins", "dropins_mu_plugins", "theme",
		"settings", "security", "pages", "post_type_counts", "logging"}
	if asked := core.ListOfNames(r.Param("_fields")); len(asked) > 0 {
		fields = asked
	}
	json := &rest.Object{}
	for _, field := range fields {
		part, _, _ := strings.Cut(strings.TrimSpace(field), ".")
		if v := c.part(r, part, slices.Contains(fields, part)); v != nil {
			json.Set(part, v)
		}
	}
	if json.Len() == 0 {
		return &rest.Response{Body: rest.List{}}, nil
	}
	return &rest.Response{Body: json}, nil
}

// part is one part of the status; nil for an unknown name.
func (c systemStatus) part(r *rest.Request, name string, whole bool) rest.Value {
	e := c.Environment()
	switch name {
	case "environment":
		return c.environmentJSON(r, whole)
	case "database":
		return c.databaseJSON()
	case "active_plugins":
		return c.pluginsJSON(append([]core.Plugin{c.wooCommerce()}, e.ActivePlugins...))
	case "inactive_plugins":
		return c.pluginsJSON(e.InactivePlugins)
	case "dropins_mu_plugins":
		return rest.NewObject("dropins", dropInsJSON(e.DropIns), "mu_plugins", mustUseJSON(e.MustUsePlugins))
	case "theme":
		return c.themeJSON(e.Theme)
	case "settings":
		return c.statusSettings()
	case "security":
		return rest.NewObject("secure_connection", strings.HasPrefix(c.HomeOf(r), "https"), "hide_errors", !e.Debug)
	case "pages":
		return c.pagesJSON()
	case "post_type_counts":
		return c.postTypeCounts()
	case "logging":
		if c.Has(core.LoggingStatus) {
			return loggingJSON()
		}
	}
	return nil
}

// environmentJSON describes the server. The store makes its test requests to the outside only when a request wants the
// whole environment.
func (c systemStatus) environmentJSON(r *rest.Request, whole bool) *rest.Object {
	e := c.Environment()
	orNull := func(on bool) rest.Value {
		if !on {
			return nil
		}
		return true
	}
	home := c.Home()
	if home == "" {
		home = c.HomeOf(r)
	}
	json := rest.NewObject(
		"home_url", home,
		"site_url", home,
		"store_id", c.StoreID(),
		"version", c.Version(),
		"log_directory", contentDirectory+"uploads/wc-logs/",
		"log_directory_writable", true,
		"wp_version", e.WordPress,
		"wp_multisite", e.Multisite,
		"wp_memory_limit", e.MemoryLimit,
		"wp_debug_mode", e.Debug,
		"wp_cron", e.Cron,
	)
	if c.Has(core.EnvironmentType) {
		json.Set("wp_environment_type", "production")
	}
	json.Set("language", c.Locale())
	json.Set("external_object_cache", orNull(e.ObjectCache))
	json.Set("server_info", e.Server)
	if c.Has(core.ArchitectureStatus) {
		json.Set("server_architecture", e.System)
	}
	for _, member := range []struct {
		name  string
		value rest.Value
	}{
		{"php_version", e.PHP},
		{"php_post_max_size", e.PostMaxSize},
		{"php_max_execution_time", e.MaxExecutionTime},
		{"php_max_input_vars", e.MaxInputVars},
		{"curl_version", e.Curl},
		{"suhosin_installed", false},
		{"max_upload_size", e.MaxUploadSize},
		{"mysql_version", e.MySQL},
		{"mysql_version_string", e.MySQLTitle},
		{"default_timezone", "UTC"},
		{"fsockopen_or_curl_enabled", true},
		{"soapclient_enabled", false},
		{"domdocument_enabled", true},
		{"gzip_enabled", true},
		{"mbstring_enabled", true},
	} {
		json.Set(member.name, member.value)
	}
	for _, test := range []struct {
		name   string
		answer int64
	}{{"remote_post", e.RemotePost}, {"remote_get", e.RemoteGet}} {
		successful, answer := remoteTest(test.answer, whole)
		json.Set(test.name+"_successful", successful)
		json.Set(test.name+"_response", answer)
	}
	return json
}

// contentDirectory is WordPress's directory for plugins, themes and uploads.
const contentDirectory = "/var/www/html/wp-content/"

// remoteTest is the outcome of a test request: null when none was made, false when nobody answered.
func remoteTest(answer int64, made bool) (successful, response rest.Value) {
	switch {
	case !made:
		return nil, nil
	case answer == 0:
		return false, false
	}
	return answer >= 200 && answer < 300, answer
}

func (c systemStatus) wooCommerce() core.Plugin {
	return core.Plugin{
		File: "woocommerce/woocommerce.php", Name: "WooCommerce", Version: c.Version(), URL: "https://woocommerce.com/",
		Author: "Automattic", AuthorURL: "https://woocommerce.com",
	}
}

func (c systemStatus) pluginsJSON(plugins []core.Plugin) rest.List {
	list := make(rest.List, len(plugins))
	for i, p := range plugins {
		latest := p.Latest
		if latest == "" {
			latest = p.Version
		}
		list[i] = rest.NewObject(
			"plugin", p.File, "name", p.Name, "version", p.Version, "version_latest", latest, "url", p.URL,
			"author_name", p.Author, "author_url", p.AuthorURL, "network_activated", p.NetworkActive,
		)
	}
	return list
}

func dropInsJSON(plugins []core.Plugin) rest.List {
	list := make(rest.List, len(plugins))
	for i, p := range plugins {
		list[i] = rest.NewObject("plugin", p.File, "name", p.Name)
	}
	return list
}

func mustUseJSON(plugins []core.Plugin) rest.List {
	list := make(rest.List, len(plugins))
	for i, p := range plugins {
		list[i] = rest.NewObject("plugin", p.File, "name", p.Name, "version", p.Version, "url", p.URL,
			"author_name", p.Author, "author_url", p.AuthorURL)
	}
	return list
}

func (c systemStatus) themeJSON(t core.Theme) *rest.Object {
	json := rest.NewObject(
		"name", t.Name, "version", t.Version, "version_latest", int64(0), "author_url", t.AuthorURL, "is_child_theme",
		false)
	if c.Has(core.BlockThemeStatus) {
		json.Set("is_block_theme", t.Block)
	}
	overrides := rest.List{}
	for _, notice := range [][2]string{{"error", "8.6.0"}, {"notice", "9.5.0"}, {"success", "8.6.0"}} {
		overrides = append(overrides, rest.NewObject(
			"file", contentDirectory+"plugins/woocommerce/templates/block-notices/"+notice[0]+".php",
			"version", notice[1], "core_version", "8.6.0"))
	}
	for name, v := range rest.NewObject(
		"has_woocommerce_support", t.Supports, "has_woocommerce_file", false, "has_outdated_templates", false,
		"overrides", overrides,
		"parent_name", "", "parent_version", "", "parent_version_latest", "", "parent_author_url", "",
	).All() {
		json.Set(name, v)
	}
	return json
}

func loggingJSON() *rest.Object {
	return rest.NewObject(
		"logging_enabled", true,
		"default_handler", `Automattic\WooCommerce\Internal\Admin\Logging\LogHandlerFileV2`,
		"retention_period_days", int64(30),
		"level_threshold", "",
		"log_directory_size", "0 B",
	)
}
