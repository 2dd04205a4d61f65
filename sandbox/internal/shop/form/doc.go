// Package form handles the fields of settings: of a payment gateway, of a shipping method in a zone, of a page of
// settings. It reads the fields from tables, checks values by the kind of field, and shows them.
//
// It must not know whose fields they are.
//
//	fields := form.FieldsOf(line.Value("fields"))
//	err := form.Validate(fields, sent, values)
package form
