package settings

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// settingLines has one setting a line, as a real store shows them in GET /settings/{group}, in that order.
//
//   - since is the first measured version that has the setting in this form, until the first later one that has not;
//     the measured versions are those of core/facts.go.
//   - when and unless name a feature that must be on or off.
//   - tip true repeats the description.
//   - choices names a list that the store itself offers, such as its pages.
//   - [[home]], [[blogname]], [[admin_email]] and [[store_address]] stand for facts about the store.
//
//go:embed data/settings.jsonl
var settingLines []byte

// settingForm is one setting as WooCommerce defines it.
type settingForm struct {
	group, id        string
	during           core.Fact
	when, unless     string
	kind             string // text, select, multiselect, checkbox, radio, textarea, number, email, color
	label            string
	description, tip string
	hasTip           bool
	fallback         rest.Value // the default
	hasFallback      bool
	choices          string
	options          *rest.Object
}

// settingForms are all settings by their group.
var settingForms = sync.OnceValue(func() map[string][]*settingForm {
	groups := map[string][]*settingForm{}
	for line := range core.DataLines(settingLines) {
		form := &settingForm{
			group: rest.Text(line.Value("group")), id: rest.Text(line.Value("id")), during: core.FactOf(line),
			when: rest.Text(line.Value("when")), unless: rest.Text(line.Value("unless")),
			kind: rest.Text(line.Value("type")), label: rest.Text(line.Value("label")),
			description: rest.Text(line.Value("description")), choices: rest.Text(line.Value("choices")),
			options: rest.AsObject(line.Value("options")),
		}
		form.fallback, form.hasFallback = line.Get("default")
		switch tip := line.Value("tip").(type) {
		case string:
			form.tip, form.hasTip = tip, true
		case bool:
			form.tip, form.hasTip = form.description, true
		}
		groups[form.group] = append(groups[form.group], form)
	}
	return groups
})

// Defaults are the options WooCommerce writes at installation: the default of every setting of its own pages. Those
// that depend on the store, and the settings of e-mails, stay unwritten.
func Defaults(version capability.Version) core.Options {
	written := core.Options{}
	for group, forms := range settingForms() {
		if strings.HasPrefix(group, "email_") {
			continue
		}
		for _, form := range forms {
			text, isText := form.fallback.(string)
			switch {
			case !form.hasFallback || rest.IsArray(form.fallback) || form.when != "" || !form.during.Holds(version):
			case isText && strings.Contains(text, "[["):
			default:
				written[form.id] = rest.Text(form.fallback)
			}
		}
	}
	return written
}

// optionKey is where the value is stored: in an option, or in a member of an option that holds an array.
func (f *settingForm) optionKey() (option, member string) {
	if email, ok := strings.CutPrefix(f.group, "email_"); ok {
		return "woocommerce_" + email + "_settings", f.id
	}
	return f.id, ""
}

// setting is a setting with the store's value and current choices.
type setting struct {
	*settingForm
	fallback rest.Value
	options  *rest.Object
	value    rest.Value
}

// settings are the settings of a group, in their order.
func (s *Store) settingsIn(group string) []*setting {
	var found []*setting
	for _, form := range settingForms()[group] {
		if s.offersSetting(form) {
			found = append(found, s.settingOf(form))
		}
	}
	return found
}

func (s *Store) setting(group, id string) (*setting, bool) {
	for _, form := range settingForms()[group] {
		if form.id == id && s.offersSetting(form) {
			return s.settingOf(form), true
		}
	}
	return nil, false
}

func (s *Store) offersSetting(form *settingForm) bool {
	return s.Has(form.during) &&
		(form.when == "" || s.FeatureIsOn(form.when)) && (form.unless == "" || !s.FeatureIsOn(form.unless))
}

func (s *Store) settingOf(form *settingForm) *setting {
	found := &setting{settingForm: form, fallback: s.fill(form.fallback), options: form.options}
	if form.choices != "" {
		found.options = s.choicesOf(form.choices)
	}
	found.value = s.settingValue(found)
	return found
}

// settingValue is the stored value, else the default.
func (s *Store) settingValue(set *setting) rest.Value {
	option, member := set.optionKey()
	v, ok := s.OptionValue(option)
	if member != "" {
		v = rest.AsObject(v).Value(member)
		ok = v != nil
	}
	switch {
	case ok:
		return v
	case set.hasFallback:
		return set.fallback
	}
	return ""
}

// fill puts facts about the store into a text of a definition. Other values stay.
func (s *Store) fill(v rest.Value) rest.Value {
	text, ok := v.(string)
	if !ok || !strings.Contains(text, "[[") {
		return v
	}
	return s.FillText(text, s.Home())
}

// FillText puts facts about the store into a text. home is the home address that links begin with.
func (s *Store) FillText(text, home string) string {
	if !strings.Contains(text, "[[") {
		return text
	}
	return strings.NewReplacer(
		"[[home]]", home,
		"[[blogname]]", s.Options.Get("blogname"),
		"[[admin_email]]", s.Options.Get("admin_email"),
		"[[store_address]]", s.storeAddress(),
	).Replace(text)
}

// storeAddress is the shop's address in lines, in American style.
func (s *Store) storeAddress() string {
	base := s.BaseLocation()
	place := strings.Trim(strings.TrimSpace(base.City+", "+base.State+" "+base.Postcode), ", ")
	var lines []string
	for _, line := range []string{s.Options.Get("woocommerce_store_address"),
		s.Options.Get("woocommerce_store_address_2"), place} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
