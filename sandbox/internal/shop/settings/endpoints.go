package settings

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// settings is the controller of /settings.
type settings struct{ *Store }

func (c settings) register(server *rest.Server) {
	const group = `/wc/v3/settings/(?P<group_id>[\w-]+)`
	may := func(action capability.Action, message string) rest.Permission {
		return c.MayAll(capability.Settings, action, message)
	}
	server.Register(rest.Route{Pattern: `/wc/v3/settings`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Groups, core.CannotList), Handler: c.groups},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/settings/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: may(capability.Batch, core.CannotEdit), Handler: c.batchOfAll},
	}})
	server.Register(rest.Route{Pattern: group, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Group, core.CannotList), Handler: c.list},
	}})
	server.Register(rest.Route{Pattern: group + `/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable, Permission: may(capability.GroupBatch, core.CannotEdit), Handler: c.batch},
	}})
	server.Register(rest.Route{Pattern: group + `/(?P<id>[\w-]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, core.CannotList), Handler: c.get},
		{Methods: rest.Editable, Permission: may(capability.Update, core.CannotEdit), Handler: c.update},
	}})
}

//go:embed data/setting_groups.jsonl
var settingGroupLines []byte

// settingGroup is a page of settings, or an e-mail.
type settingGroup struct {
	id, label, description, parent string
	during                         core.Fact
}

var settingGroups = sync.OnceValue(func() []settingGroup {
	var all []settingGroup
	for line := range core.DataLines(settingGroupLines) {
		all = append(all, settingGroup{
			id: rest.Text(line.Value("id")), label: rest.Text(line.Value("label")),
			description: rest.Text(line.Value("description")), parent: rest.Text(line.Value("parent")),
			during: core.FactOf(line),
		})
	}
	return all
})

func (c settings) groups(r *rest.Request) (*rest.Response, error) {
	groups := slices.DeleteFunc(slices.Clone(settingGroups()), func(g settingGroup) bool { return !c.Has(g.during) })
	items := make(rest.List, len(groups))
	for i, group := range groups {
		below := rest.List{}
		for _, other := range groups {
			if other.parent == group.id {
				below = append(below, other.id)
			}
		}
		items[i] = rest.Item{
			Data: rest.NewObject("id", group.id, "label", group.label, "description", group.description,
				"parent_id", group.parent, "sub_groups", below),
			Links: []rest.Link{{Rel: "options", Href: r.RESTURL("/wc/v3/settings/" + group.id)}},
		}
	}
	return &rest.Response{Body: items}, nil
}

// silentGroups have settings that the API does not show, so their list is empty. A group without any settings answers
// 404 (recordings: settings/integration).
var silentGroups = []string{"checkout", "site-visibility"}

// ofGroup are the settings of the group that a request names.
func (c settings) ofGroup(r *rest.Request) ([]*setting, error) {
	group := r.Text("group_id")
	found := c.settingsIn(group)
	if len(found) == 0 && !slices.Contains(silentGroups, group) {
		return nil, rest.Errorf(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
	}
	return found, nil
}

func (c settings) list(r *rest.Request) (*rest.Response, error) {
	found, err := c.ofGroup(r)
	if err != nil {
		return nil, err
	}
	items := make(rest.List, len(found))
	for i, set := range found {
		items[i] = rest.Item{Data: c.settingJSON(r, set), Links: settingLinks(r, set)}
	}
	return &rest.Response{Body: items}, nil
}

// named is the setting that a request names.
func (c settings) named(r *rest.Request) (*setting, error) {
	id := r.Param("id")
	if rest.Truthy(id) {
		if _, err := c.ofGroup(r); err != nil {
			return nil, err
		}
		if text, ok := id.(string); ok {
			if set, ok := c.setting(r.Text("group_id"), text); ok {
				return set, nil
			}
		}
	}
	return nil, rest.Errorf(404, "rest_setting_setting_invalid", "Invalid setting.")
}

func (c settings) get(r *rest.Request) (*rest.Response, error) {
	set, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return c.answer(r, set), nil
}

func (c settings) update(r *rest.Request) (*rest.Response, error) {
	set, err := c.named(r)
	if err != nil {
		return nil, err
	}
	if err := c.updateSetting(set, r.Param("value")); err != nil {
		return nil, err
	}
	return c.answer(r, set), nil
}

func (c settings) answer(r *rest.Request, set *setting) *rest.Response {
	json := c.settingJSON(r, set)
	json.Set("group_id", set.group)
	return &rest.Response{Body: json, Links: settingLinks(r, set)}
}

// batch updates settings of a group. WooCommerce has no creation and deletion of settings, so each such item gets an
// error.
func (c settings) batch(r *rest.Request) (*rest.Response, error) {
	group := r.URL.Value("group_id")
	for _, item := range r.List("update") {
		if !rest.IsArray(item) {
			return nil, core.ErrFatal // array_merge() with a text
		}
	}
	return rest.Batch(r, rest.BatchOperations{
		UpdatePermission: c.MayAll(capability.Settings, capability.Update, core.CannotEdit),
		Update:           c.update,
		Prepare: func(item *rest.Request) {
			if item.Form != nil && !item.Form.Has("group_id") {
				item.Form.Set("group_id", group)
			}
		},
	})
}

// batchOfAll always fails: its controller has no permission check for items, so every item is refused, whoever the
// caller (recordings: set-batch-all; docs/woocommerce/permissions.md#fact-6).
func (c settings) batchOfAll(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{})
}

// settingJSON is a setting as lists show it. Computed choices come after the value, because WooCommerce adds them last.
func (c settings) settingJSON(r *rest.Request, set *setting) *rest.Object {
	home := c.HomeOf(r)
	json := rest.NewObject("id", set.id, "label", set.label, "description", c.FillText(set.description, home), "type",
		set.kind)
	if set.hasFallback {
		json.Set("default", set.fallback)
	}
	if set.choices == "" && set.options.Len() > 0 {
		json.Set("options", set.options)
	}
	if set.hasTip {
		json.Set("tip", c.FillText(c.linkErasure(r, set.tip), home))
	}
	json.Set("value", set.value)
	if set.choices != "" && set.options.Len() > 0 {
		json.Set("options", set.options)
	}
	return json
}

// linkErasure links a tip to the page that erases personal data, for users who may open that page (measured on 10.0.2
// with the key of a shop manager).
func (c settings) linkErasure(r *rest.Request, tip string) string {
	opening, closing := "", ""
	needs := "manage_options" // manage_privacy_options maps to this
	if c.Environment().Multisite {
		needs = "manage_network"
	}
	if r.Can(needs) {
		opening, closing = `<a href="[[home]]/wp-admin/erase-personal-data.php">`, "</a>"
	}
	return strings.NewReplacer("[[erasure]]", opening, "[[/erasure]]", closing).Replace(tip)
}

func settingLinks(r *rest.Request, set *setting) []rest.Link {
	group := "/wc/v3/settings/" + set.group
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL(group + "/" + set.id)},
		{Rel: "collection", Href: r.RESTURL(group)},
	}
}
