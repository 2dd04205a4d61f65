package woo

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Settings is the settings of the store, in groups such as "general", "tax" and "products".
type Settings struct{ client *Client }

// Settings gives access to the store's settings. It sends no request.
func (c *Client) Settings() Settings { return Settings{c} }

// Groups lists the groups of settings.
func (s Settings) Groups(ctx context.Context) ([]SettingGroup, error) {
	items, _, err := list[SettingGroup](ctx, s.client, Request{Path: string(RouteSettings)})
	return items, err
}

// Group gives access to the settings of a group. Only updates can be batched, and only here: the batch over all groups
// is broken in WooCommerce (recording set-batch-all).
func (s Settings) Group(group string) SettingsGroup {
	return SettingsGroup{resource[Setting]{s.client, string(RouteSettings) + "/" + group}}
}

// SettingsGroup is the settings of one group, by id such as "woocommerce_currency".
type SettingsGroup struct{ resource[Setting] }

// List reads all settings of the group; the list has no pages.
func (g SettingsGroup) List(ctx context.Context) ([]Setting, error) { return g.whole(ctx) }

// Get reads one setting.
func (g SettingsGroup) Get(ctx context.Context, id string) (*Setting, error) { return g.get(ctx, id) }

// Update sends the fields of change that are set. For a setting that was read use Change: the whole setting sent back
// would overwrite what others changed meanwhile.
func (g SettingsGroup) Update(ctx context.Context, id string, change Setting) (*Setting, error) {
	return g.update(ctx, id, change)
}

// Change sends only what edit changes in a copy of from, the setting as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (g SettingsGroup) Change(ctx context.Context, id string, from *Setting, edit func(*Setting)) (*Setting, error) {
	return g.change(ctx, id, from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (g SettingsGroup) UpdateRaw(ctx context.Context, id string, body json.RawMessage) (*Setting, error) {
	return g.updateRaw(ctx, id, body)
}

// Batch sends up to MaxBatch writes of settings of the group in one request. The error is about the request as a whole.
// The BatchItem of a write that failed holds the error of that write. When the answer is lost, a part of the batch may
// have been executed: look at each setting.
func (g SettingsGroup) Batch(ctx context.Context, batch Batch[Setting]) (*BatchResult[Setting], error) {
	return g.batch(ctx, batch)
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

// settingsBody is an update of the settings of a gateway or of a way of shipping. They are read as objects and written
// as plain values (recording zmet-update).
func settingsBody(settings map[string]string) json.RawMessage {
	out := []byte(`{"settings":{`)
	for i, name := range slices.Sorted(maps.Keys(settings)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(jsonvalue.AppendQuoted(out, name), ':')
		out = jsonvalue.AppendQuoted(out, settings[name])
	}
	return append(out, "}}"...)
}
