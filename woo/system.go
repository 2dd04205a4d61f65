package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// System is the state of the installation and its tools.
type System struct{ client *Client }

// System gives access to system status and tools. It sends no request.
func (c *Client) System() System { return System{c} }

// Status reads the state of the installation: the sections named, such as "environment" or "settings", or all when none
// is named. The store caches parts of the state for up to an hour.
func (s System) Status(ctx context.Context, sections ...string) (*SystemStatus, error) {
	query := url.Values{}
	if len(sections) > 0 {
		query.Set("_fields", strings.Join(sections, ","))
	}
	return one[SystemStatus](ctx, s.client, Request{Path: string(RouteSystemStatus), Query: query})
}

// Tools lists the maintenance tools.
func (s System) Tools(ctx context.Context) ([]SystemTool, error) {
	items, _, err := list[SystemTool](ctx, s.client, Request{Path: string(RouteSystemTools)})
	return items, err
}

// RunTool runs a tool at once; the store asks for no confirmation (recording sys-tool-run-noconfirm).
func (s System) RunTool(ctx context.Context, tool string) (*SystemTool, error) {
	path, err := resourceAt[SystemTool](s.client, RouteSystemTools, 0).at(tool)
	if err != nil {
		return nil, err
	}
	return one[SystemTool](ctx, s.client, Request{
		Method: http.MethodPut, Path: path, Body: map[string]bool{"confirm": true},
	})
}

// SystemStatus is what the store knows about itself. What it holds differs from version to version: the parts that
// decide how to talk to the store are typed, the rest is in Raw.
type SystemStatus struct {
	Record
	Environment     Environment     `json:"environment"`
	Database        json.RawMessage `json:"database"`
	ActivePlugins   []Plugin        `json:"active_plugins"`
	InactivePlugins []Plugin        `json:"inactive_plugins"`
	DropinsMUPlugin json.RawMessage `json:"dropins_mu_plugins"`
	Theme           json.RawMessage `json:"theme"`
	Settings        SystemSettings  `json:"settings"`
	Security        SystemSecurity  `json:"security"`
	Pages           json.RawMessage `json:"pages"`
	PostTypeCounts  json.RawMessage `json:"post_type_counts"`
	Logging         json.RawMessage `json:"logging"`
}

func (s *SystemStatus) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s SystemStatus) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// Environment is the software the store runs on.
type Environment struct {
	Record
	HomeURL             string `json:"home_url"`
	SiteURL             string `json:"site_url"`
	StoreID             string `json:"store_id"`
	Version             string `json:"version"` // of WooCommerce
	WPVersion           string `json:"wp_version"`
	WPMultisite         bool   `json:"wp_multisite"`
	WPMemoryLimit       Number `json:"wp_memory_limit"` // bytes
	WPDebugMode         bool   `json:"wp_debug_mode"`
	WPCron              bool   `json:"wp_cron"`
	Language            string `json:"language"`
	ServerInfo          string `json:"server_info"`
	PHPVersion          string `json:"php_version"`
	PHPPostMaxSize      Number `json:"php_post_max_size"`      // bytes
	PHPMaxExecutionTime Number `json:"php_max_execution_time"` // seconds
	PHPMaxInputVars     Number `json:"php_max_input_vars"`
	MySQLVersion        string `json:"mysql_version_string"`
	DefaultTimezone     string `json:"default_timezone"`
}

func (e *Environment) UnmarshalJSON(b []byte) error { return readRecord(b, e) }
func (e Environment) MarshalJSON() ([]byte, error)  { return writeRecord(&e) }

// Plugin is an installed extension.
type Plugin struct {
	Record
	Plugin           string `json:"plugin"`
	Name             string `json:"name"`
	Version          string `json:"version"`
	VersionLatest    string `json:"version_latest"`
	URL              string `json:"url"`
	AuthorName       string `json:"author_name"`
	NetworkActivated bool   `json:"network_activated"`
}

func (p *Plugin) UnmarshalJSON(b []byte) error { return readRecord(b, p) }
func (p Plugin) MarshalJSON() ([]byte, error)  { return writeRecord(&p) }

// SystemSettings are settings that decide how the store stores and formats.
type SystemSettings struct {
	Record
	ForceSSL         bool            `json:"force_ssl"`
	Currency         string          `json:"currency"`
	NumberOfDecimals Number          `json:"number_of_decimals"`
	HPOSEnabled      bool            `json:"HPOS_enabled"`      // orders live in tables of their own
	HPOSSyncEnabled  bool            `json:"HPOS_sync_enabled"` // and are copied to the posts table
	OrderDatastore   string          `json:"order_datastore"`
	EnabledFeatures  json.RawMessage `json:"enabled_features"`
}

func (s *SystemSettings) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s SystemSettings) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// SystemSecurity is how the store is reached.
type SystemSecurity struct {
	Record
	SecureConnection bool `json:"secure_connection"`
	HideErrors       bool `json:"hide_errors"`
}

func (s *SystemSecurity) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s SystemSecurity) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// SystemTool is a maintenance tool.
type SystemTool struct {
	Record
	ID          string `json:"id"`
	Name        string `json:"name"`
	Action      string `json:"action"`
	Description string `json:"description"`
	Success     bool   `json:"success"` // after it ran
	Message     string `json:"message"` // after it ran
}

func (t *SystemTool) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t SystemTool) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }
