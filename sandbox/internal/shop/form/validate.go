package form

import (
	"regexp"
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// errSettingValue refuses a value that a setting cannot have.
func errSettingValue() error {
	return rest.Errorf(400, "rest_setting_value_invalid", "An invalid setting value was passed.")
}

// Check is what validation needs to know about a setting.
type Check struct {
	Kind     string
	Fallback rest.Value   // nil: none
	Options  *rest.Object // keys are the values that may be chosen
	nested   bool         // options are groups of options
}

// Validate checks a value of a client and returns the value to use (WC_REST_Controller::validate_setting_…_field). It
// cleans text only: a checkbox may stay true, and a choice may stay a number.
func (f Check) Validate(v rest.Value) (rest.Value, error) {
	switch f.Kind {
	case "select", "radio":
		return f.validateChoice(v)
	case "multiselect":
		return f.validateChoices(v)
	case "checkbox":
		return f.validateCheckbox(v)
	}
	if rest.IsArray(v) {
		return nil, core.ErrFatal // stripslashes() of an array
	}
	return wptext.KsesPost(core.TrimPHP(wptext.StripSlashes(rest.Text(v)))), nil
}

func (f Check) validateChoice(v rest.Value) (rest.Value, error) {
	key, ok := arrayKey(v)
	if !ok {
		return nil, core.ErrFatal
	}
	if !f.Options.Has(key) {
		return nil, errSettingValue()
	}
	return v, nil
}

// validateChoices drops values that cannot be chosen, without an error (recordings: set-update-multiselect).
func (f Check) validateChoices(v rest.Value) (rest.Value, error) {
	if !rest.Truthy(v) {
		return rest.List{}, nil
	}
	if !rest.IsArray(v) {
		return nil, errSettingValue()
	}
	chosen := rest.List{}
	for _, e := range rest.Elements(v) {
		if f.nested {
			if text, ok := e.(string); ok && slices.Contains(innerKeys(f.Options), text) {
				chosen = append(chosen, e)
			}
			continue
		}
		key, ok := arrayKey(e)
		if !ok {
			return nil, core.ErrFatal
		}
		if f.Options.Has(key) {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

// validateCheckbox accepts "yes" and "no". To PHP true equals "yes", so true passes and stays true. An empty value,
// false included, becomes the default (set-update-bool, set-update-novalue).
func (f Check) validateCheckbox(v rest.Value) (rest.Value, error) {
	switch {
	case v == "yes", v == "no", v == true:
		return v, nil
	case !rest.Truthy(v) && f.Fallback != nil:
		return f.Fallback, nil
	case !rest.Truthy(v):
		return "no", nil
	}
	return nil, errSettingValue()
}

// arrayKey is the key that PHP makes of a value. It is false for arrays, which cannot be keys.
func arrayKey(v rest.Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case nil:
		return "", true
	case bool, float64:
		return core.Itoa(rest.Int(v)), true
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

// HexColor is how colours are written.
var HexColor = regexp.MustCompile(`^#([A-Fa-f0-9]{3}){1,2}$`)
