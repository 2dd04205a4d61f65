// Package form is the fields of settings: of a payment gateway, of a shipping method in a zone, of a page of settings.
// It reads them from the tables they are described in, checks what a request sends by their kind, and shows them.
//
// It must not know whose fields they are.
//
//	fields := form.FieldsOf(line.Value("fields"))
//	err := form.Validate(fields, sent, values)
package form
