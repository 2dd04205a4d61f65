package form

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// Field is a field of the settings of a payment gateway or of a shipping method in a zone.
type Field struct {
	ID, Kind           string
	Label, Description string
	Fallback           rest.Value // the default
	Placeholder        string
	Choices            string // what the store offers: see settings/choices.go
	Options            *rest.Object
}

// FieldsOf reads the fields of a line of a table.
func FieldsOf(v rest.Value) []Field {
	var fields []Field
	for _, e := range rest.Elements(v) {
		o := rest.AsObject(e)
		f := Field{
			ID: rest.Text(o.Value("id")), Kind: rest.Text(o.Value("type")), Label: rest.Text(o.Value("label")),
			Description: rest.Text(o.Value("description")), Fallback: rest.Value(""),
			Placeholder: rest.Text(o.Value("placeholder")), Choices: rest.Text(o.Value("choices")),
			Options: rest.AsObject(o.Value("options")),
		}
		if fallback, ok := o.Get("default"); ok {
			f.Fallback = fallback
		}
		fields = append(fields, f)
	}
	return fields
}

// DefaultsOf are the settings of a form that was never saved.
func DefaultsOf(fields []Field) *rest.Object {
	values := &rest.Object{}
	for _, f := range fields {
		values.Set(f.ID, f.Fallback)
	}
	return values
}

// Validate puts the settings that a request sends into values. It ignores settings that do not exist (recordings:
// zmet-update-bad-setting, gw-update-bad-setting). The first invalid value refuses all of them.
func Validate(fields []Field, sent, values *rest.Object) error {
	for _, f := range fields {
		v := sent.Value(f.ID)
		if v == nil {
			continue
		}
		checked := Check{Kind: f.Kind, Fallback: f.Fallback, Options: f.Options, nested: f.Choices != ""}
		clean, err := checked.Validate(v)
		if err != nil {
			return err
		}
		values.Set(f.ID, clean)
	}
	return nil
}

// JSON shows the field with its value. A default of "0" shows as "", because PHP takes it for empty.
func (f Field) JSON(value rest.Value) *rest.Object {
	fallback := f.Fallback
	if !rest.Truthy(fallback) {
		fallback = ""
	}
	json := rest.NewObject(
		"id", f.ID, "label", f.Label, "description", f.Description, "type", f.Kind,
		"value", value, "default", fallback, "tip", f.Description, "placeholder", f.Placeholder,
	)
	if f.Options.Len() > 0 {
		json.Set("options", f.Options)
	}
	return json
}
