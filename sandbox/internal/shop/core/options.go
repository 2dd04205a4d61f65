package core

import (
	"maps"
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Options are the rows of wp_options that hold text, by WordPress's own option names; yes/no settings hold "yes" or
// "no".
type Options map[string]string

// arrays are the options that hold PHP arrays: lists of countries, the settings of one e-mail, of a gateway, of a
// shipping method in a zone. A value is never changed in place, but replaced.
type arrays map[string]rest.Value

// installedOptions are what WordPress and WooCommerce write at installation: the defaults of all settings (recordings
// section config shows them), the pages, and where orders live.
func installedOptions(c Config, defaults Options) Options {
	installed := maps.Clone(defaults)
	maps.Copy(installed, Options{
		"blogname":        "Test Shop",
		"admin_email":     "admin@example.test",
		"timezone_string": "",
		"gmt_offset":      "0",

		"woocommerce_shop_page_id":      "5",
		"woocommerce_cart_page_id":      "6",
		"woocommerce_checkout_page_id":  "7",
		"woocommerce_myaccount_page_id": "8",
		"woocommerce_placeholder_image": "4",
	})
	maps.Copy(installed, featureOptions(c.release()))
	maps.Copy(installed, storageOptions(c.Storage))
	return installed
}

// Get is the value of an option, empty when it is not set.
func (o Options) Get(name string) string { return o[name] }

// Yes says whether a checkbox setting is on.
func (o Options) Yes(name string) bool { return o[name] == "yes" }

// Int is the value of a whole-number option, zero when it is none.
func (o Options) Int(name string) int {
	n, _ := strconv.Atoi(o[name]) // WordPress's absint reads garbage as zero, too
	return n
}

// Option is the value of an option of the store, empty when it is not set.
func (s *Store) Option(name string) string { return s.Options.Get(name) }

// SetOption changes an option of the store. Rendered records may show the change, so all of them are rendered again.
func (s *Store) SetOption(name, value string) {
	if _, isArray := s.arrays[name]; !isArray && s.Options[name] == value {
		return
	}
	delete(s.arrays, name)
	s.Options[name] = value
	s.InvalidateRendered()
	for _, watch := range s.watches {
		watch(name)
	}
}

// WatchOptions tells a room of every option whose text changed. It is called before the store serves requests.
func (s *Store) WatchOptions(watch func(name string)) { s.watches = append(s.watches, watch) }

// SetOptionValue changes an option to a text or an array.
func (s *Store) SetOptionValue(name string, v rest.Value) {
	if !rest.IsArray(v) {
		s.SetOption(name, rest.Text(v))
		return
	}
	delete(s.Options, name)
	s.arrays[name] = v
	s.InvalidateRendered()
}

// OptionValue is an option, a text or an array; false when it is not set.
func (s *Store) OptionValue(name string) (rest.Value, bool) {
	if v, ok := s.arrays[name]; ok {
		return v, true
	}
	text, ok := s.Options[name]
	if !ok {
		return nil, false
	}
	return text, true
}

// DropArray removes an option that holds an array.
func (s *Store) DropArray(name string) { delete(s.arrays, name) }

// OptionArray is an option that holds an array with names, nil when there is none.
func (s *Store) OptionArray(name string) *rest.Object { return rest.AsObject(s.arrays[name]) }
