package woo

import (
	"context"
	"encoding/json"
)

// Settings is the settings of the store, in groups such as "general", "tax" and "products".
type Settings struct{ client *Client }

// Settings gives access to the store's settings.
func (c *Client) Settings() Settings { return Settings{c} }

// Groups lists the groups of settings.
func (s Settings) Groups(ctx context.Context) ([]SettingGroup, error) {
	items, _, err := list[SettingGroup](ctx, s.client, Request{Path: "settings"})
	return items, err
}

// SettingsGroup is the settings of one group, by id such as "woocommerce_currency".
type SettingsGroup struct {
	Reading[Setting, string]
	Updating[Setting, string]
	Batching[Setting]
}

// Group gives access to the settings of a group. Only updates can be batched, and only here: the batch over all groups
// is broken in WooCommerce (recording set-batch-all).
func (s Settings) Group(group string) SettingsGroup {
	e := endpoint{s.client, "settings/" + group}
	return SettingsGroup{Reading[Setting, string]{e}, Updating[Setting, string]{e}, Batching[Setting]{e}}
}

// List reads all settings of the group.
func (g SettingsGroup) List(ctx context.Context) ([]Setting, error) {
	items, _, err := list[Setting](ctx, g.Reading.client, Request{Path: g.Reading.path})
	return items, err
}

// SettingGroup is a page of settings.
type SettingGroup struct {
	Record
	ID          string   `json:"id"`
	Label       string   `json:"label"`
	Description string   `json:"description"`
	ParentID    string   `json:"parent_id"`
	SubGroups   []string `json:"sub_groups"`
}

func (g *SettingGroup) UnmarshalJSON(b []byte) error { return readRecord(b, g) }
func (g SettingGroup) MarshalJSON() ([]byte, error)  { return writeRecord(&g) }

// Setting is one setting. Its value is text, a number, a bool or a list, as its type asks for.
type Setting struct {
	Record
	ID          string          `json:"id"`
	GroupID     string          `json:"group_id"`
	Label       string          `json:"label"`
	Description string          `json:"description"`
	Value       json.RawMessage `json:"value"`
	Default     json.RawMessage `json:"default"`
	Tip         string          `json:"tip"`
	Placeholder string          `json:"placeholder"`
	Type        string          `json:"type"`
	Options     json.RawMessage `json:"options"` // an object of choices, [] when there are none
}

func (s *Setting) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s Setting) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// Text is the value when it is a string, and empty otherwise.
func (s Setting) Text() string {
	text, _ := Meta{Value: s.Value}.Text()
	return text
}
