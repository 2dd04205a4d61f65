package shop

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// formField is a field of the settings of a payment gateway or of a shipping
// method in a zone.
type formField struct {
	id, kind           string
	label, description string
	fallback           rest.Value // the default
	placeholder        string
	choices            string // what the store offers: see Store.choicesOf
	options            *rest.Object
}

// formFields reads the fields of a line of a table.
func formFields(v rest.Value) []formField {
	var fields []formField
	for _, e := range rest.Elements(v) {
		o := rest.AsObject(e)
		f := formField{
			id: rest.Text(o.Value("id")), kind: rest.Text(o.Value("type")), label: rest.Text(o.Value("label")),
			description: rest.Text(o.Value("description")), fallback: rest.Value(""),
			placeholder: rest.Text(o.Value("placeholder")), choices: rest.Text(o.Value("choices")),
			options: rest.AsObject(o.Value("options")),
		}
		if fallback, ok := o.Get("default"); ok {
			f.fallback = fallback
		}
		fields = append(fields, f)
	}
	return fields
}

// defaultsOf are the settings of a form that was never saved.
func defaultsOf(fields []formField) *rest.Object {
	values := &rest.Object{}
	for _, f := range fields {
		values.Set(f.id, f.fallback)
	}
	return values
}

// validateForm puts the settings a request sends into values, those of fields
// that exist; the others it passes over (recordings: zmet-update-bad-setting,
// gw-update-bad-setting). The first invalid one refuses all of them.
func validateForm(fields []formField, sent, values *rest.Object) error {
	for _, f := range fields {
		v := sent.Value(f.id)
		if v == nil {
			continue
		}
		checked := field{kind: f.kind, fallback: f.fallback, options: f.options, nested: f.choices != ""}
		clean, err := checked.validate(v)
		if err != nil {
			return err
		}
		values.Set(f.id, clean)
	}
	return nil
}

// json shows the field with its value. PHP's idea of empty makes an empty text
// of the default "0".
func (f formField) json(value rest.Value) *rest.Object {
	fallback := f.fallback
	if !rest.Truthy(fallback) {
		fallback = ""
	}
	json := rest.NewObject(
		"id", f.id, "label", f.label, "description", f.description, "type", f.kind,
		"value", value, "default", fallback, "tip", f.description, "placeholder", f.placeholder,
	)
	if f.options.Len() > 0 {
		json.Set("options", f.options)
	}
	return json
}
