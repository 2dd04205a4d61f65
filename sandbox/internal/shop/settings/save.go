package settings

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/form"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// updateSetting validates a value and saves it. The answer shows the validated value. The stored value may differ,
// because some settings are stored in another form.
func (s *Store) updateSetting(set *setting, v rest.Value) error {
	f := form.Check{Kind: set.kind, Options: set.options}
	if set.hasFallback {
		f.Fallback = set.fallback
	}
	validated, err := f.Validate(v)
	if err != nil {
		return err
	}
	set.value = validated
	option, member := set.optionKey()
	if member != "" {
		// Settings of e-mails are saved as they came.
		values := s.OptionArray(option).Clone()
		values.Set(member, v)
		s.SetOptionValue(option, values)
		return nil
	}
	stored, ok := s.storedValue(set)
	if !ok {
		return nil
	}
	if err := s.orders.ChangeStorage(option, rest.Text(stored)); err != nil {
		return err
	}
	s.SetOptionValue(option, stored)
	return nil
}

// storedValue is the form in which a validated value is stored (WC_Admin_Settings::save_fields). That code expects the
// texts of wp-admin's forms. So a checkbox sent as true is saved as "no", and a choice sent as a number becomes the
// default or the first choice.
func (s *Store) storedValue(set *setting) (rest.Value, bool) {
	raw := unslashed(set.value)
	var value rest.Value
	switch set.kind {
	case "checkbox":
		value = "no"
		if raw == "1" || raw == "yes" {
			value = "yes"
		}
	case "textarea":
		value = wptext.KsesPost(core.TrimPHP(rest.Text(raw)))
	case "multiselect":
		kept := rest.List{}
		for _, e := range rest.Elements(raw) {
			if clean := wptext.SanitizeTextField(rest.Text(e)); rest.Truthy(clean) {
				kept = append(kept, clean)
			}
		}
		value = kept
	case "select":
		choice, ok := set.choiceFor(raw)
		if !ok {
			return nil, false
		}
		value = choice
	default:
		value = wptext.SanitizeTextField(rest.Text(raw))
	}
	return s.sanitizeOption(set, value, raw), true
}

// choiceFor is the choice that a text names, else the default, else the first.
func (set *setting) choiceFor(raw rest.Value) (string, bool) {
	if text, ok := raw.(string); ok && set.options.Has(text) {
		return text, true
	}
	if rest.Truthy(set.fallback) {
		return rest.Text(set.fallback), true
	}
	if set.options.Len() == 0 {
		return "", false
	}
	first, _ := set.options.At(0)
	return first, true
}

// sanitizeOption applies what WooCommerce does to single options.
func (s *Store) sanitizeOption(set *setting, value, raw rest.Value) rest.Value {
	switch id := set.id; {
	case id == "woocommerce_price_decimal_sep", id == "woocommerce_price_thousand_sep":
		return wptext.KsesPost(rest.Text(raw))
	case id == "woocommerce_price_num_decimals":
		if raw == nil {
			return "2"
		}
		return core.AbsInt(raw)
	case id == "woocommerce_hold_stock_minutes":
		if !rest.Truthy(raw) {
			return ""
		}
		return core.AbsInt(raw)
	case id == "woocommerce_notify_no_stock_amount":
		return core.AbsInt(value)
	case strings.HasSuffix(id, "_endpoint"):
		return wptext.SanitizeTitle(rest.Text(value))
	case slices.Contains(checkedColors, id):
		for _, color := range []string{rest.Text(value), s.Options.Get(id)} {
			if form.HexColor.MatchString(color) {
				return color
			}
		}
		return rest.Text(set.fallback)
	}
	return value
}

// checkedColors keep their old value when the new one is no color.
var checkedColors = []string{
	"woocommerce_email_base_color", "woocommerce_email_background_color",
	"woocommerce_email_body_background_color", "woocommerce_email_text_color",
}

// unslashed is wp_unslash: it takes a backslash from texts, inside arrays too.
func unslashed(v rest.Value) rest.Value {
	switch v := v.(type) {
	case string:
		return wptext.StripSlashes(v)
	case rest.List:
		plain := make(rest.List, len(v))
		for i, e := range v {
			plain[i] = unslashed(e)
		}
		return plain
	case *rest.Object:
		plain := &rest.Object{}
		for key, e := range v.All() {
			plain.Set(key, unslashed(e))
		}
		return plain
	}
	return v
}
