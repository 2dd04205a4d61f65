package httpapi

import (
	"bytes"
	"errors"

	"github.com/danielgtaylor/huma/v2"
)

// object is a JSON object that is passed on as it was written: the fields of a record under WooCommerce's names.
type object []byte

// Schema describes an object with any members.
func (object) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true,
		Description: "Fields as WooCommerce names them, such as status or billing. Numbers and texts stay as written."}
}

// UnmarshalJSON keeps the text of an object. The error is for any other JSON value.
func (o *object) UnmarshalJSON(text []byte) error {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return errors.New("must be an object")
	}
	*o = bytes.Clone(text)
	return nil
}

// MarshalJSON returns the text.
func (o object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("null"), nil
	}
	return o, nil
}
