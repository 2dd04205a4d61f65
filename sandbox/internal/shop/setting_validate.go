package shop

import (
	"regexp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// errSettingValue refuses a value a setting cannot have.
func errSettingValue() error {
	return rest.Errorf(400, "rest_setting_value_invalid", "An invalid setting value was passed.")
}

// field is what validation needs to know of a setting.
type field struct {
	kind     string
	fallback rest.Value   // nil: none
	options  *rest.Object // keys are the values that may be chosen
	nested   bool         // options are groups of options
}

// validate checks a value a client sent and returns the one to use
// (WC_REST_Controller::validate_setting_…_field). It cleans text only: a
// checkbox may stay true, a choice may stay a number.
func (f field) validate(v rest.Value) (rest.Value, error) {
	switch f.kind {
	case "select", "radio":
		return f.validateChoice(v)
	case "multiselect":
		return f.validateChoices(v)
	case "checkbox":
		return f.validateCheckbox(v)
	}
	if rest.IsArray(v) {
		return nil, errFatal // stripslashes() of an array
	}
	return wptext.KsesPost(trimPHP(wptext.StripSlashes(rest.Text(v)))), nil
}

func (f field) validateChoice(v rest.Value) (rest.Value, error) {
	key, ok := arrayKey(v)
	if !ok {
		return nil, errFatal
	}
	if !f.options.Has(key) {
		return nil, errSettingValue()
	}
	return v, nil
}

// validateChoices drops what cannot be chosen without a word (recordings:
// set-update-multiselect).
func (f field) validateChoices(v rest.Value) (rest.Value, error) {
	if !rest.Truthy(v) {
		return rest.List{}, nil
	}
	if !rest.IsArray(v) {
		return nil, errSettingValue()
	}
	chosen := rest.List{}
	for _, e := range rest.Elements(v) {
		if f.nested {
			if text, ok := e.(string); ok && slices.Contains(innerKeys(f.options), text) {
				chosen = append(chosen, e)
			}
			continue
		}
		key, ok := arrayKey(e)
		if !ok {
			return nil, errFatal
		}
		if f.options.Has(key) {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

// validateCheckbox knows "yes" and "no". PHP finds true equal to "yes", so true
// passes and stays true; what is empty counts as the default, false too
// (set-update-bool, set-update-novalue).
func (f field) validateCheckbox(v rest.Value) (rest.Value, error) {
	switch {
	case v == "yes", v == "no", v == true:
		return v, nil
	case !rest.Truthy(v) && f.fallback != nil:
		return f.fallback, nil
	case !rest.Truthy(v):
		return "no", nil
	}
	return nil, errSettingValue()
}

// arrayKey is what PHP makes of a value used as the key of an array; arrays
// cannot be keys.
func arrayKey(v rest.Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case nil:
		return "", true
	case bool, float64:
		return itoa(rest.Int(v)), true
	}
	return rest.Text(v), !rest.IsArray(v)
}

func innerKeys(groups *rest.Object) []string {
	var keys []string
	for _, group := range groups.All() {
		for key := range rest.AsObject(group).All() {
			keys = append(keys, key)
		}
	}
	return keys
}

// trimPHP is PHP's trim.
func trimPHP(s string) string { return strings.Trim(s, " \t\n\r\x00\x0b") }

// hexColor is how colours are written.
var hexColor = regexp.MustCompile(`^#([A-Fa-f0-9]{3}){1,2}$`)
